import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { MetricBatch, MetricSample, MetricsAccepted } from "../../contract/metrics.ts";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../../middleware/context.ts";
import { jsonBody, readJson } from "../../middleware/json-body.ts";
import { readBody } from "../../middleware/read-body.ts";
import type { BatchBuilder } from "../../monitoring/ingest/batch-builder.ts";
import { decodeJsonSamples, metricsOf } from "../../monitoring/ingest/json-samples.ts";
import { decodeTextFormat, textFormat } from "../../monitoring/ingest/text-format.ts";
import { json, jsonRequest, newRouter, problems } from "../app-route.ts";
import { refusedError, unreadable } from "../refused-samples.ts";

const SAMPLE_BODY = 64 * 1024;
/** Ten thousand samples with many labels have room in it; parsed, it takes ten times the memory. */
const BATCH_BODY = 8 * 1024 * 1024;
const TEXT_BODY = 32 * 1024 * 1024;
const tags = ["Metrics"];
const refusals = problems(400, 401, 403, 413, 415, 429, 503);

export const metricIngestRoutes = newRouter();

metricIngestRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/metrics/ingest",
    tags,
    summary: "Send one sample",
    middleware: [jsonBody(SAMPLE_BODY)] as const,
    request: { body: jsonRequest(MetricSample) },
    responses: { 200: json(MetricsAccepted, "The sample is stored"), ...refusals, ...problems(422) },
  }),
  async (c) => {
    const sample = c.req.valid("json");
    const outcome = await take(c, "json", (builder) => decodeJsonSamples([sample], builder, Date.now()));
    if (outcome.refused.length > 0) throw refusedError(outcome.refused);
    return c.json({ accepted: 1, refused: [] }, 200);
  },
);

const batchRoute = createRoute({
  method: "post",
  path: "/api/v1/metrics/batch",
  tags,
  summary: "Send samples",
  description:
    "Up to 10,000 at once. Each is taken or refused by itself; what is not refused is stored. The same sample may be sent again.",
  request: { body: jsonRequest(MetricBatch) },
  responses: { 200: json(MetricsAccepted, "What was taken and what was not"), ...refusals },
});
metricIngestRoutes.openAPIRegistry.registerPath(batchRoute);
// What validates here is written by hand: a schema would cost more than everything else together.
metricIngestRoutes.post("/api/v1/metrics/batch", async (c) => {
  const { value: body } = await readJson(c.req.raw, BATCH_BODY);
  const outcome = await take(c, "json", (builder) => decodeJsonSamples(metricsOf(body), builder, Date.now()));
  return c.json(replyOf(outcome), 200);
});

const importRoute = createRoute({
  method: "post",
  path: "/api/v1/metrics/import",
  tags,
  summary: "Send samples as text",
  description:
    "Prometheus' text format or OpenMetrics, as Content-Type says. Each line is taken or refused by itself.",
  request: {
    body: {
      content: {
        "text/plain": { schema: z.string() },
        "application/openmetrics-text": { schema: z.string() },
      },
    },
  },
  responses: { 200: json(MetricsAccepted, "What was taken and what was not"), ...refusals },
});
metricIngestRoutes.openAPIRegistry.registerPath(importRoute);
metricIngestRoutes.post("/api/v1/metrics/import", async (c) => {
  const format = textFormat(c.req.header("content-type") ?? null);
  if (format === null) {
    throw new AppError("unsupported_media_type", {
      detail: "Send `text/plain` (Prometheus) or `application/openmetrics-text`.",
    });
  }
  const body = await readBody(c.req.raw, TEXT_BODY);
  const outcome = await take(c, "text", (builder) => decodeTextFormat(body, format, builder, Date.now()));
  return c.json(replyOf(outcome), 200);
});

/** @throws AppError for a body that cannot be read */
async function take(c: Context<AppEnv>, protocol: string, decode: (builder: BatchBuilder) => void) {
  const { metrics } = c.get("services");
  const builder = metrics.newBatch();
  try {
    decode(builder);
  } catch (error) {
    throw unreadable(error);
  }
  return metrics.take(builder.finish(), protocol);
}

/** Only when nothing was taken, and for a reason that may pass, the whole is an error. */
function replyOf({ written, refused }: Awaited<ReturnType<typeof take>>): MetricsAccepted {
  const accepted = written.samples + written.histograms;
  if (accepted === 0 && refused.some(({ reason }) => reason === "series_limit")) throw refusedError(refused);
  return {
    accepted,
    refused: refused.map(({ item, reason, detail }) => ({ index: item, code: reason, detail })),
  };
}
