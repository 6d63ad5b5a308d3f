import { BucketEvent } from "../contract/ingestion.ts";
import { takeInObject } from "../ingestion/take-in-object.ts";
import type { Services } from "../services.ts";

const CREATIONS = new Set(["PutObject", "CopyObject", "CompleteMultipartUpload"]);

/** R2's event notifications: what was put into the inbox is ingested, within seconds. */
export async function consumeBucketEvents(batch: MessageBatch, services: Services): Promise<void> {
  for (const message of batch.messages) {
    const event = BucketEvent.safeParse(message.body);
    if (!event.success)
      services.log.error("message_not_understood", { queue: "bucket-events", id: message.id });
    else if (CREATIONS.has(event.data.action)) await takeIn(event.data.object.key, services);
    message.ack();
  }
}

async function takeIn(key: string, services: Services): Promise<void> {
  const object = await services.inbox.head(key);
  if (object === null) return;
  const [unseen] = await services.inbox.unseen([object]);
  if (unseen !== undefined) await takeInObject(services.inboxPorts, unseen);
}
