import { BucketEvent } from "../contract/ingestion.ts";
import { takeInObject } from "../ingestion/take-in-object.ts";
import type { Services } from "../services.ts";
import { describeError } from "../telemetry/log.ts";

const CREATIONS = new Set(["PutObject", "CopyObject", "CompleteMultipartUpload"]);

/** R2's event notifications: what was put into the inbox is ingested, within seconds. */
export async function consumeBucketEvents(batch: MessageBatch, services: Services): Promise<void> {
  for (const message of batch.messages) {
    const event = BucketEvent.safeParse(message.body);
    if (!event.success)
      services.log.error("message_not_understood", { queue: "bucket-events", id: message.id });
    else if (CREATIONS.has(event.data.action) && !(await takeIn(event.data.object.key, services))) {
      message.retry();
      continue;
    }
    message.ack();
  }
}

/** @returns false when a store failed: the event is to come again */
async function takeIn(key: string, services: Services): Promise<boolean> {
  try {
    const object = await services.inbox.head(key);
    const [unseen] = object === null ? [] : await services.inbox.unseen([object]);
    if (unseen !== undefined) await takeInObject(services.inboxPorts, unseen);
    return true;
  } catch (error) {
    services.log.error("inbox_object_failed", { key, error: describeError(error) });
    return false;
  }
}
