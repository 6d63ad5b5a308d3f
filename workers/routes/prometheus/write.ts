import { z } from "@hono/zod-openapi";
import { AppError } from "../../errors.ts";
import { readBody } from "../../middleware/read-body.ts";
import { MalformedBodyError } from "../../monitoring/ingest/malformed-body.ts";
import type { Refusal } from "../../monitoring/ingest/refusal.ts";
import { decodeRemoteWrite1 } from "../../monitoring/ingest/remote-write-1.ts";
import { decodeRemoteWrite2 } from "../../monitoring/ingest/remote-write-2.ts";
import { remoteWriteFormat, writtenHeaders } from "../../monitoring/ingest/remote-write-format.ts";
import { decodeSnappy, MAX_DECODED_BYTES } from "../../monitoring/ingest/snappy.ts";
import { newRouter, problems } from "../app-route.ts";

const PATH = "/prometheus/api/v1/write";
/** So many refusals are told one by one. */
const TOLD = 5;

export const remoteWriteRoutes = newRouter();

remoteWriteRoutes.openAPIRegistry.registerPath({
  method: "post",
  path: PATH,
  tags: ["Prometheus"],
  summary: "Send samples (remote write 1.0 and 2.0)",
  description:
    "Snappy-compressed protobuf. 204 once everything is durable. 400 when samples were refused: the others are taken, and sending again would change nothing. 429 and 5xx are worth another attempt.",
  request: {
    body: { content: { "application/x-protobuf": { schema: z.string().meta({ format: "binary" }) } } },
  },
  responses: { 204: { description: "Everything is stored" }, ...problems(400, 413, 415, 429, 503) },
});

remoteWriteRoutes.post(PATH, async (c) => {
  const format = remoteWriteFormat(c.req.raw.headers);
  if (!format.supported) throw new AppError("unsupported_media_type", { detail: format.detail });
  const { metrics } = c.get("services");
  const builder = metrics.newBatch();
  const compressed = await readBody(c.req.raw, MAX_DECODED_BYTES);
  try {
    const body = decodeSnappy(compressed);
    if (format.version === "1.0") decodeRemoteWrite1(body, builder);
    else decodeRemoteWrite2(body, builder);
  } catch (error) {
    throw unreadable(error);
  }
  const { written, refused } = await metrics.take(builder.finish(), `remote_write_${format.version}`);
  for (const [name, value] of Object.entries(writtenHeaders(written))) c.header(name, value);
  if (refused.length > 0) throw refusedError(refused);
  return c.body(null, 204);
});

/** What a body that cannot be read is answered with; other errors as they are. */
export function unreadable(error: unknown): unknown {
  if (!(error instanceof MalformedBodyError)) return error;
  return new AppError(error.fault === "too_large" ? "body_too_large" : "malformed_samples", {
    detail: error.message,
  });
}

/** Only a full shard may have room later. */
export function refusedError(refused: readonly Refusal[]): AppError {
  const isFull = refused.some(({ reason }) => reason === "series_limit");
  const told = refused.slice(0, TOLD).map(({ detail }) => detail);
  const more = refused.length > TOLD ? ` … and ${refused.length - TOLD} more` : "";
  return new AppError(isFull ? "series_limit_reached" : "samples_refused", {
    detail: `${refused.length} samples were refused: ${told.join("; ")}${more}.`,
    extensions: { refused: refused.slice(0, TOLD).map(({ reason, detail }) => ({ code: reason, detail })) },
  });
}
