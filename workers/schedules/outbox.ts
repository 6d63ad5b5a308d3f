import type { Services } from "../services.ts";
import { describeError } from "../telemetry/log.ts";

const ROWS_A_SWEEP = 1000;
/** Bytes that nothing refers to stay this long, for an upload of the same that is under way. */
const RELEASE_AFTER_MS = 60 * 60 * 1000;

/** Does what was promised together with a change in D1 and not done right after it. */
export async function keepPromises(services: Services): Promise<void> {
  const due = await services.outbox.due(ROWS_A_SWEEP);
  await services.announceNow(due.filter((row) => row.topic === "ingest").map((row) => row.key));
  for (const row of due) {
    try {
      await KEEP[row.topic]?.(services, row);
    } catch (error) {
      // One that cannot be kept now stays, and holds up no other.
      services.log.error("promise_not_kept", { topic: row.topic, key: row.key, error: describeError(error) });
    }
  }
}

interface Row {
  id: number;
  key: string;
}

const KEEP: Partial<Record<string, (services: Services, row: Row) => Promise<void>>> = {
  unindex,
  release,
  describe,
};

async function unindex(services: Services, row: Row): Promise<void> {
  const [collectionId = "", documentId = ""] = row.key.split("/");
  if (documentId === "") await services.index(collectionId).clear();
  else await services.index(collectionId).remove({ documentId });
  await services.outbox.done([row.id]);
}

async function describe(services: Services, row: Row): Promise<void> {
  await services.describe(row.key);
  await services.outbox.done([row.id]);
}

async function release(services: Services, row: Row): Promise<void> {
  const writtenAt = await services.blobs.writtenAt(row.key);
  const free = (writtenAt ?? 0) + RELEASE_AFTER_MS;
  if (free > Date.now()) return services.outbox.postpone(row.id, free);
  if (!(await services.outbox.takeRelease(row.id, row.key))) return services.outbox.done([row.id]);
  await services.blobs.delete(row.key);
  await services.texts.deleteOf(row.key);
}
