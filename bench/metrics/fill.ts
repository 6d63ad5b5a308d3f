import type { LocalWorker } from "../../scripts/local-worker.ts";
import { sendLanes } from "./lanes.ts";
import type { Load } from "./load.ts";
import type { OtherServer } from "./other-servers.ts";
import { REMOTE_WRITE_HEADERS, remoteWriteBody } from "./remote-write-body.ts";

const SERIES_A_BODY = 2_000;
const SCRAPES_A_BODY = 10;

/** Gives Almanac and another server the same samples. */
export async function fill(
  worker: LocalWorker,
  other: OtherServer,
  load: Load,
  start: number,
  intervalMs: number,
): Promise<void> {
  const authorization = `Bearer ${worker.access.key}`;
  const write = new URL("prometheus/api/v1/write", worker.url).href;
  for (let from = 0; from < load.scrapes; from += SCRAPES_A_BODY) {
    const bodies: Uint8Array[] = [];
    for (let first = 0; first < load.series.length; first += SERIES_A_BODY)
      bodies.push(bodyOf(load, first, from, start, intervalMs));
    const lanes = bodies.map((body) => [body]);
    await sendLanes(write, { ...REMOTE_WRITE_HEADERS, authorization }, lanes);
    await sendLanes(`${other.api.url}/api/v1/write`, REMOTE_WRITE_HEADERS, lanes);
  }
}

function bodyOf(load: Load, first: number, from: number, start: number, intervalMs: number): Uint8Array {
  const scrapes = Math.min(SCRAPES_A_BODY, load.scrapes - from);
  return remoteWriteBody(
    load.series.slice(first, first + SERIES_A_BODY).map(({ labels }, place) => ({
      labels,
      samples: Array.from(
        { length: scrapes },
        (_, i) => [start + (from + i) * intervalMs, load.valueOf(first + place, from + i)] as const,
      ),
    })),
  );
}
