import { takeInObject } from "../ingestion/take-in-object.ts";
import type { Services } from "../services.ts";
import { describeError } from "../telemetry/log.ts";

/** Finds what was put into the bucket and no event announced. */
export async function sweepInbox(services: Services): Promise<void> {
  const unseen = await services.inbox.unseen(await services.inbox.listOn());
  for (const object of unseen) {
    try {
      await takeInObject(services.inboxPorts, object);
    } catch (error) {
      services.log.error("inbox_object_failed", { key: object.key, error: describeError(error) });
    }
  }
}
