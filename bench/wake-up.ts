import type { TemporaryWorker } from "../eval/temporary-worker.ts";
import { requestsTo } from "./requests.ts";

const WARM_UP = 20;

/**
 * Restarts the runtime and asks each collection one question. Everything but the indexes is warmed up first, by
 * questions to another collection: what is left is an index that wakes up. Milliseconds of the HTTP request.
 */
export async function measureWakeUps(
  worker: TemporaryWorker,
  warmCollection: string,
  collections: readonly string[],
  question: string,
): Promise<Map<string, number>> {
  await worker.restart();
  const { client } = worker.current;
  const warm = requestsTo(client, warmCollection).search;
  for (let asked = 0; asked < WARM_UP; asked += 1) await warm(question);
  const times = new Map<string, number>();
  for (const collection of collections) {
    const { httpMs } = await requestsTo(client, collection).search(question);
    times.set(collection, httpMs);
  }
  return times;
}
