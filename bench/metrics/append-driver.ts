import type { ShardBatch } from "../../workers/monitoring/head/shard-batch.ts";
import type { ShardSettings } from "../../workers/monitoring/head/shard-settings.ts";
import { encodeLabels, hashBytes } from "../../workers/monitoring/model/label-codec.ts";
import { Labels } from "../../workers/monitoring/model/labels.ts";
import type { AppendResult } from "../../workers/monitoring/model/sample-batch.ts";
import type { ShardReader } from "../../workers/monitoring/query/shard-reader.ts";

const BATCH = 10_000;
const INTERVAL_MS = 15_000;
/** So many samples stay unsealed, to be read back after a restart. */
const UNSEALED = 4_000_000;

interface MeasuredShard extends Pick<ShardReader, "select"> {
  append(batch: ShardBatch): AppendResult;
  configure(change: Partial<ShardSettings>): void;
}

interface Bindings {
  METRIC_SHARD: {
    idFromName(name: string): unknown;
    get(id: unknown): {
      fill(series: number, scrapes: number, until: number): Promise<number>;
      readAll(start: number, end: number): Promise<number>;
      stats(): Promise<unknown>;
    };
  };
}

/** Appends scrapes of `series` series, the newest at `until`, from within the object. @returns how many samples */
export function fill(shard: MeasuredShard, series: number, scrapes: number, until: number): number {
  shard.configure({ sealSamples: UNSEALED });
  const batches = batchesOf(series);
  for (let scrape = 0; scrape < scrapes; scrape++) {
    const time = until - (scrapes - 1 - scrape) * INTERVAL_MS;
    for (const batch of batches) {
      const count = batch.series.length;
      const values = Float64Array.from({ length: count }, (_, i) => scrape * (1 + (i % 7)));
      const { accepted } = shard.append({ ...batch, times: new Float64Array(count).fill(time), values });
      if (accepted !== count) throw new Error(`${count - accepted} samples were refused.`);
    }
  }
  return series * scrapes;
}

/** Reads all pages of a range from within the object. @returns bytes of samples */
export async function readAll(shard: MeasuredShard, start: number, end: number): Promise<number> {
  const matchers = [{ name: "__name__", operator: "=", value: "requests_total" }] as const;
  let bytes = 0;
  let cursor: number | null = null;
  do {
    const page = await shard.select({ matchers, start, end }, cursor);
    bytes += page.chunkBytes.length + page.freshTimes.byteLength + page.freshValues.byteLength;
    cursor = page.next;
  } while (cursor !== null);
  return bytes;
}

function batchesOf(series: number): Omit<ShardBatch, "times" | "values">[] {
  return Array.from({ length: Math.ceil(series / BATCH) }, (_, part) => {
    const count = Math.min(BATCH, series - part * BATCH);
    const labels = Array.from({ length: count }, (_, i) => {
      const id = part * BATCH + i;
      return encodeLabels(
        Labels.of({
          __name__: "requests_total",
          instance: `10.0.${id >> 8}.${id & 255}:9090`,
          job: "api",
          method: ["GET", "POST", "PUT"][id % 3] ?? "",
          path: `/v1/things/${id % 50}`,
          status: String(200 + (id % 5)),
        }),
      );
    });
    const labelEnds = new Uint32Array(count);
    const hashes = new Uint32Array(count * 2);
    let end = 0;
    for (const [place, bytes] of labels.entries()) {
      hashBytes(bytes, 0, bytes.length, hashes, place * 2);
      end += bytes.length;
      labelEnds[place] = end;
    }
    return {
      labelBytes: new Uint8Array(Buffer.concat(labels)),
      labelEnds,
      hashes,
      series: Uint32Array.from({ length: count }, (_, i) => i),
      histograms: [],
      exemplars: [],
      metadata: [],
    };
  });
}

/** A Worker that has its one shard fill and read itself. */
export default {
  async fetch(request: Request, env: Bindings): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const number = (name: string) => Number(searchParams.get(name));
    const shard = env.METRIC_SHARD.get(env.METRIC_SHARD.idFromName("shard"));
    if (pathname === "/fill") {
      return Response.json(await shard.fill(number("series"), number("scrapes"), number("until")));
    }
    if (pathname === "/read") return Response.json(await shard.readAll(number("start"), number("end")));
    return Response.json(await shard.stats());
  },
};
