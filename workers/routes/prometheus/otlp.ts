import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../../errors.ts";
import type { AppEnv } from "../../middleware/context.ts";
import { readBody, unzipped } from "../../middleware/read-body.ts";
import { MalformedBodyError } from "../../monitoring/ingest/malformed-body.ts";
import {
  type OtlpEncoding,
  otlpAnswer,
  otlpEncoding,
  otlpFault,
} from "../../monitoring/ingest/otlp/answer.ts";
import { decodeOtlp } from "../../monitoring/ingest/otlp/decode.ts";
import { newRouter, problems } from "../app-route.ts";
import { refusedError } from "../refused-samples.ts";

const PATH = "/prometheus/api/v1/otlp/v1/metrics";
const MIB = 1024 * 1024;
/** Also once its compression is undone. Parsed, JSON takes ten times the memory. */
const MAX_BODY: Record<OtlpEncoding, number> = { json: 8 * MIB, protobuf: 32 * MIB };
const MEDIA_TYPES: Record<OtlpEncoding, string> = {
  json: "application/json",
  protobuf: "application/x-protobuf",
};

export const otlpRoutes = newRouter();

otlpRoutes.openAPIRegistry.registerPath({
  method: "post",
  path: PATH,
  tags: ["Prometheus"],
  summary: "Send metrics (OTLP/HTTP)",
  description:
    "An ExportMetricsServiceRequest as protobuf or JSON, gzip or not. The reply is of the same kind, and says what was not taken.",
  request: {
    body: {
      content: {
        "application/x-protobuf": { schema: z.string().meta({ format: "binary" }) },
        "application/json": { schema: z.record(z.string(), z.unknown()) },
      },
    },
  },
  responses: {
    200: {
      description: "What was not refused is stored",
      content: { "application/json": { schema: z.record(z.string(), z.unknown()) } },
    },
    ...problems(400, 413, 415, 429, 503),
  },
});

otlpRoutes.post(PATH, async (c) => {
  const encoding = otlpEncoding(c.req.header("content-type") ?? null);
  if (encoding === null) {
    throw new AppError("unsupported_media_type", {
      detail: "Send `application/x-protobuf` or `application/json`.",
    });
  }
  const { metrics } = c.get("services");
  const builder = metrics.newBatch();
  const body = await plainBody(c, MAX_BODY[encoding]);
  try {
    decodeOtlp(body, encoding, builder);
  } catch (error) {
    if (!(error instanceof MalformedBodyError)) throw error;
    const status = error.fault === "too_large" ? 413 : 400;
    return reply(c, encoding, otlpFault(encoding, error.message), status);
  }
  const { written, refused } = await metrics.take(builder.finish(), "otlp");
  const accepted = written.samples + written.histograms;
  if (accepted === 0 && refused.some(({ reason }) => reason === "series_limit")) throw refusedError(refused);
  return reply(c, encoding, otlpAnswer(encoding, refused), 200);
});

async function plainBody(c: Context<AppEnv>, limit: number): Promise<Uint8Array> {
  const compression = c.req.header("content-encoding")?.trim().toLowerCase() ?? "identity";
  const body = await readBody(c.req.raw, limit);
  if (compression === "gzip") return unzipped(body, limit);
  if (compression === "identity" || compression === "") return body;
  throw new AppError("unsupported_media_type", {
    detail: `The Content-Encoding "${compression}" is not taken: send gzip, or none.`,
  });
}

const reply = (
  c: Context<AppEnv>,
  encoding: OtlpEncoding,
  body: string | Uint8Array,
  status: 200 | 400 | 413,
): Response =>
  c.body(typeof body === "string" ? body : Uint8Array.from(body), status, {
    "content-type": MEDIA_TYPES[encoding],
  });
