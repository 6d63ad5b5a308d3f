import type { Client } from "../cli/client.ts";
import type { AppendRequest } from "../workers/rag/search-port.ts";
import type { IndexHandle } from "./index-handle.ts";
import { requestsTo, type Spread, spreadOf } from "./requests.ts";

/** A merge begins a second after the change that made it due; when nothing moved for this long, all are over. */
const STILL_MS = 2_500;
const LOOK_EVERY = 10;

export interface MergeLoad {
  /** Over HTTP, in milliseconds. */
  idle: Spread;
  appending: Spread;
  merging: Spread;
  segmentsBefore: number;
  mostSegments: number;
  segmentsAfter: number;
}

/** Asks while nothing changes; then while documents are appended; then until the merges that follow are over. */
export async function measureMergeLoad(
  client: Client,
  collection: string,
  index: IndexHandle,
  questions: readonly string[],
  additions: readonly AppendRequest[][],
): Promise<MergeLoad> {
  const { search } = requestsTo(client, collection);
  const ask = async (asked: number) => (await search(questions[asked % questions.length] ?? "")).httpMs;
  const idle: number[] = [];
  for (const position of questions.keys()) idle.push(await ask(position));

  const segmentsBefore = (await index.describe()).segments;
  let segments = segmentsBefore;
  let mostSegments = segments;
  let changedAt = Date.now();
  const look = async () => {
    const now = (await index.describe()).segments;
    if (now !== segments) changedAt = Date.now();
    segments = now;
    mostSegments = Math.max(mostSegments, now);
  };

  let appended = false;
  const adding = addAll(index, additions).finally(() => {
    appended = true;
  });
  const appending: number[] = [];
  while (!appended) {
    appending.push(await ask(appending.length));
    if (appending.length % LOOK_EVERY === 0) await look();
  }
  await adding;

  const merging: number[] = [];
  for (changedAt = Date.now(); Date.now() - changedAt < STILL_MS; ) {
    merging.push(await ask(merging.length));
    if (merging.length % LOOK_EVERY === 0) await look();
  }
  return {
    idle: spreadOf(idle),
    appending: spreadOf(appending),
    merging: spreadOf(merging),
    segmentsBefore,
    mostSegments,
    segmentsAfter: segments,
  };
}

async function addAll(index: IndexHandle, additions: readonly AppendRequest[][]): Promise<void> {
  for (const requests of additions) await index.add(requests);
}
