import type { LocalWorker } from "../../scripts/local-worker.ts";
import { type Lane, sendLanes } from "./lanes.ts";
import { jsonOf, KINDS, type Kind, type Load, makeLoad, remoteWriteOf } from "./load.ts";
import type { OtherServer } from "./other-servers.ts";
import { REMOTE_WRITE_HEADERS } from "./remote-write-body.ts";

/** Samples a second, through HTTP and to the disk, in each round. */
export interface IngestSpeed {
  json: number[];
  remoteWrite: number[];
  /** The same bytes, sent to others in the same rounds; by their names. */
  others: Record<string, number[]>;
}

const SERIES = 10_000;
/** Each sends a part of the series, so that a series' samples come in order. */
const CONNECTIONS = 5;
const JSON_BATCH = 1_000;
const INTERVAL_MS = 15_000;
const WARM_UP = 10;

/** @param scrapes of all series that are sent in each round */
export async function measureIngest(
  worker: LocalWorker,
  others: Record<string, OtherServer>,
  rounds: number,
  scrapes: number,
): Promise<IngestSpeed> {
  const count = 2 * (WARM_UP + rounds * scrapes);
  const load = makeLoad(SERIES, count, Object.keys(KINDS) as Kind[]);
  const start = Date.now() - count * INTERVAL_MS;
  const authorization = `Bearer ${worker.access.key}`;
  const write = new URL("prometheus/api/v1/write", worker.url).href;
  const batch = new URL("api/v1/metrics/batch", worker.url).href;
  const measured: IngestSpeed = {
    json: [],
    remoteWrite: [],
    others: Object.fromEntries(Object.keys(others).map((name) => [name, []])),
  };
  let scrape = 0;
  const nextLanes = (scrapesSent: number, seriesABody: number, bodyOf: BodyOf) => {
    scrape += scrapesSent;
    return lanesOf(load, scrape - scrapesSent, scrape, seriesABody, start, bodyOf);
  };
  for (let round = -1; round < rounds; round += 1) {
    const sent = round < 0 ? WARM_UP : scrapes;
    const send = async (rates: number[], url: string, headers: Record<string, string>, lanes: Lane[]) => {
      const rate = (SERIES * sent * 1000) / (await sendLanes(url, headers, lanes));
      if (round >= 0) rates.push(rate);
    };
    const written = nextLanes(sent, SERIES / CONNECTIONS, remoteWriteOf);
    await send(measured.remoteWrite, write, { ...REMOTE_WRITE_HEADERS, authorization }, written);
    for (const [name, { api }] of Object.entries(others))
      await send(measured.others[name] ?? [], `${api.url}/api/v1/write`, REMOTE_WRITE_HEADERS, written);
    const batches = nextLanes(sent, JSON_BATCH, jsonOf);
    await send(measured.json, batch, { "content-type": "application/json", authorization }, batches);
  }
  return measured;
}

type BodyOf = typeof remoteWriteOf | typeof jsonOf;

/** What each connection sends: its part of the series, scrape by scrape, some series a body. */
function lanesOf(
  load: Load,
  from: number,
  to: number,
  seriesABody: number,
  start: number,
  bodyOf: BodyOf,
): Lane[] {
  const part = SERIES / CONNECTIONS;
  return Array.from({ length: CONNECTIONS }, (_, lane) => {
    const bodies: Uint8Array[] = [];
    for (let scrape = from; scrape < to; scrape += 1)
      for (let first = lane * part; first < (lane + 1) * part; first += seriesABody)
        bodies.push(bodyOf(load, first, first + seriesABody, scrape, start + scrape * INTERVAL_MS));
    return bodies;
  });
}
