import { IngestionMessage } from "../contract/ingestion.ts";
import { ingest } from "../ingestion/pipeline.ts";
import { meter } from "../monitoring/own-metrics/meter.ts";
import type { Services } from "../services.ts";

/** Takes the jobs of a batch one turn further. When this throws, the queue delivers the whole batch again. */
export async function consumeIngestion(batch: MessageBatch, services: Services): Promise<void> {
  const messages = batch.messages.map((message) => ({ message, jobId: jobIdOf(message, services) }));
  const jobIds = [...new Set(messages.flatMap(({ jobId }) => jobId ?? []))];
  const startedAt = performance.now();
  const outcomes = await ingest(services.ingestion, jobIds);
  const durationMs = performance.now() - startedAt;
  meter.observe("ingestion_batch_duration_seconds", {}, durationMs / 1000);
  for (const [outcome, { length }] of Map.groupBy(outcomes.values(), ({ do: outcome }) => outcome)) {
    meter.count("ingestion_turns_total", { outcome }, length);
    services.usage({ event: "ingestion", outcome, subject: "turn", count: length, durationMs });
  }
  const time = Date.now();
  services.liveFeed.publish(
    [...outcomes].map(([id, { do: outcome }]) => ({
      topic: "ingestion",
      time,
      data: { job_id: id, outcome },
    })),
  );
  services.deliverAudit();
  const again = jobIds.filter((id) => outcomes.get(id)?.do === "send_again");
  if (again.length > 0) await services.announceNow(again);
  for (const { message, jobId } of messages) {
    const outcome = jobId === null ? undefined : outcomes.get(jobId);
    if (outcome?.do === "retry") message.retry({ delaySeconds: outcome.delaySeconds });
    else message.ack();
  }
}

function jobIdOf(message: Message, services: Services): string | null {
  const parsed = IngestionMessage.safeParse(message.body);
  if (parsed.success) return parsed.data.job_id;
  services.log.error("message_not_understood", { queue: "ingestion", id: message.id });
  return null;
}
