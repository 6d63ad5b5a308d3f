import { BucketEvent, IngestionMessage } from "../contract/ingestion.ts";
import type { Services } from "../services.ts";

/**
 * Messages that the queue gave up on: their handler threw each time, before the ledger could say why. Their jobs
 * become dead letters in the ledger, where they are seen and can be replayed. A lost bucket event is only logged:
 * the sweep finds its object.
 */
export async function consumeDeadLetters(batch: MessageBatch, services: Services): Promise<void> {
  const jobIds = batch.messages.flatMap((message) => {
    const parsed = IngestionMessage.safeParse(message.body);
    if (parsed.success) return parsed.data.job_id;
    const event = BucketEvent.safeParse(message.body);
    services.log.error("dead_letter", { id: message.id, key: event.success ? event.data.object.key : null });
    return [];
  });
  await services.jobs.markDeadLettered(
    jobIds,
    "The queue delivered the job several times and each time its handler failed.",
  );
  for (const id of jobIds) services.log.error("job_dead_lettered", { job_id: id });
  batch.ackAll();
}
