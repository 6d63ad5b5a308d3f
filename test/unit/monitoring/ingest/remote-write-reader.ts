import type { BatchBuilder } from "../../../../workers/monitoring/ingest/batch-builder.ts";
import { decodeRemoteWrite1 } from "../../../../workers/monitoring/ingest/remote-write-1.ts";
import { decodeRemoteWrite2 } from "../../../../workers/monitoring/ingest/remote-write-2.ts";
import type { SeriesCache } from "../../../../workers/monitoring/ingest/series-cache.ts";
import { decoded, NOW } from "./read-batch.ts";
import {
  type SentHistogram,
  type SentSeries,
  writeRequest1,
  writeRequest2,
} from "./remote-write-messages.ts";

/** Little-endian, as on the wire. */
export const STALE = Uint8Array.of(0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f);

export const HISTOGRAM: SentHistogram = {
  time: NOW,
  integer: true,
  count: 21,
  zeroCount: 2,
  sum: 18.4,
  schema: 1,
  zeroThreshold: 0.001,
  positive: [1, 2, -1, 2],
  positiveSpans: [
    { offset: -2, length: 2 },
    { offset: 3, length: 2 },
  ],
  negative: [3, 3],
  negativeSpans: [{ offset: 0, length: 2 }],
  customValues: [],
  hint: 2,
};

export const versions: {
  name: string;
  write: (series: readonly SentSeries[]) => Uint8Array;
  decode: (body: Uint8Array, builder: BatchBuilder) => void;
}[] = [
  { name: "1.0", write: (series) => writeRequest1(series), decode: decodeRemoteWrite1 },
  { name: "2.0", write: writeRequest2, decode: decodeRemoteWrite2 },
];

/** What reads series, or one alone, that are sent in a version of the protocol. */
export function seriesReader({ write, decode }: (typeof versions)[number]) {
  const read = (series: readonly SentSeries[], cache?: SeriesCache) =>
    decoded((builder) => decode(write(series), builder), cache);
  const one = (labels: string[], rest: Partial<SentSeries> = {}) =>
    read([{ labels, samples: [{ value: 1, time: NOW }], ...rest }]);
  return { read, one };
}
