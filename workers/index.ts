import { app } from "./app.ts";
import { meter } from "./monitoring/own-metrics/meter.ts";
import { consumeBucketEvents } from "./queues/bucket-events.ts";
import { consumeDeadLetters } from "./queues/dead-letters.ts";
import { consumeIngestion } from "./queues/ingestion.ts";
import { sweep } from "./schedules/sweep.ts";
import { createServices } from "./services.ts";
import { describeError } from "./telemetry/log.ts";

export { AuditLog } from "../durable-objects/audit-log.ts";
export { LiveFeed } from "../durable-objects/live-feed.ts";
export { MetricShard } from "../durable-objects/metric-shard.ts";
export { RateLimiter } from "../durable-objects/rate-limiter.ts";
export { SearchIndex } from "../durable-objects/search-index.ts";
export { TelemetryTotals } from "../durable-objects/telemetry-totals.ts";

const CONSUMERS: Record<string, typeof consumeIngestion> = {
  "almanac-ingestion": consumeIngestion,
  "almanac-ingestion-dead": consumeDeadLetters,
  "almanac-bucket-events": consumeBucketEvents,
};

const count = ({ queue, messages }: MessageBatch, outcome: "handled" | "failed") =>
  meter.count("queue_messages_total", { queue, outcome }, messages.length);

export default {
  fetch: app.fetch,

  async queue(batch, env, ctx) {
    const services = createServices(env, (work) => ctx.waitUntil(work));
    try {
      const consume = CONSUMERS[batch.queue];
      if (consume === undefined) throw new Error(`No consumer for the queue ${batch.queue}`);
      await consume(batch, services);
      count(batch, "handled");
    } catch (error) {
      count(batch, "failed");
      services.log.error("batch_failed", { queue: batch.queue, error: describeError(error) });
      throw error;
    } finally {
      services.telemetry.flushSoon();
    }
  },

  async scheduled(_controller, env, ctx) {
    await sweep(createServices(env, (work) => ctx.waitUntil(work)));
  },
} satisfies ExportedHandler<Env>;
