import { z } from "@hono/zod-openapi";
import { AppError } from "../../errors.ts";
import { readBody } from "../../middleware/read-body.ts";
import { decodeRemoteWrite1 } from "../../monitoring/ingest/remote-write-1.ts";
import { decodeRemoteWrite2 } from "../../monitoring/ingest/remote-write-2.ts";
import { remoteWriteFormat, writtenHeaders } from "../../monitoring/ingest/remote-write-format.ts";
import { decodeSnappy, MAX_DECODED_BYTES } from "../../monitoring/ingest/snappy.ts";
import { newRouter, problems } from "../app-route.ts";
import { refusedError, unreadable } from "../refused-samples.ts";

const PATH = "/prometheus/api/v1/write";
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
