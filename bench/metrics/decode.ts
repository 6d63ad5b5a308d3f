import { compress } from "snappyjs";
import {
  type SentSeries,
  writeRequest1,
  writeRequest2,
} from "../../test/unit/monitoring/ingest/remote-write-messages.ts";
import { BatchBuilder } from "../../workers/monitoring/ingest/batch-builder.ts";
import { decodeJsonSamples } from "../../workers/monitoring/ingest/json-samples.ts";
import { decodeRemoteWrite1 } from "../../workers/monitoring/ingest/remote-write-1.ts";
import { decodeRemoteWrite2 } from "../../workers/monitoring/ingest/remote-write-2.ts";
import { SeriesCache } from "../../workers/monitoring/ingest/series-cache.ts";
import { decodeSnappy } from "../../workers/monitoring/ingest/snappy.ts";
import { decodeTextFormat } from "../../workers/monitoring/ingest/text-format.ts";
import { randomFrom } from "../synthetic-text.ts";

/** Samples a second of one thread, every series known from before and with one sample a request. */
export interface DecodingSpeed {
  remoteWrite1: number;
  remoteWrite1Snappy: number;
  /** The series of each request in another order every time, as no sender has them. */
  remoteWrite1Shuffled: number;
  remoteWrite2: number;
  remoteWrite2Snappy: number;
  /** After JSON.parse. */
  json: number;
  jsonParse: number;
  text: number;
}

const NOW = Date.UTC(2026, 0, 15, 12);
const REQUESTS = 20;
const SERIES_A_REQUEST = 2_000;
const SAMPLES_A_BATCH = 1_000;
/** Rounds over all requests; the best one counts, since others are disturbed by what else the machine does. */
const ROUNDS = 60;

/** What a Prometheus remote write shard sends, and the same as JSON and as text. */
export function measureDecoding(): DecodingSpeed {
  const requests = Array.from({ length: REQUESTS }, (_, number) =>
    series(number * SERIES_A_REQUEST, SERIES_A_REQUEST),
  );
  const version1 = requests.map((request) => writeRequest1(request));
  const version2 = requests.map((request) => writeRequest2(request));
  const shuffled = requests.map((request, number) => writeRequest1(inOtherOrder(request, number)));
  const batches = requests.map((request) => JSON.stringify(request.slice(0, SAMPLES_A_BATCH).map(jsonOf)));
  const texts = requests.map((request) => new TextEncoder().encode(request.map(lineOf).join("")));
  return {
    remoteWrite1: fastest(version1, decodeRemoteWrite1),
    remoteWrite1Snappy: fastest(version1.map(compress), (body, builder) =>
      decodeRemoteWrite1(decodeSnappy(body), builder),
    ),
    remoteWrite1Shuffled: fastest(shuffled, decodeRemoteWrite1, version1),
    remoteWrite2: fastest(version2, decodeRemoteWrite2),
    remoteWrite2Snappy: fastest(version2.map(compress), (body, builder) =>
      decodeRemoteWrite2(decodeSnappy(body), builder),
    ),
    json: fastest(
      batches.map((text): unknown[] => JSON.parse(text)),
      (batch, builder) => decodeJsonSamples(batch, builder, NOW),
    ),
    jsonParse: fastestParse(batches),
    text: fastest(texts, (body, builder) => decodeTextFormat(body, "prometheus", builder, NOW)),
  };
}

export function formatDecoding(speed: DecodingSpeed): string {
  const million = (rate: number) => (rate / 1e6).toFixed(2);
  return [
    "Decoding, million samples a second (one thread, series known)",
    `  remote write 1.0 ${million(speed.remoteWrite1)}, with Snappy ${million(speed.remoteWrite1Snappy)}, in random order ${million(speed.remoteWrite1Shuffled)}`,
    `  remote write 2.0 ${million(speed.remoteWrite2)}, with Snappy ${million(speed.remoteWrite2Snappy)}`,
    `  JSON ${million(speed.json)} after JSON.parse, which does ${million(speed.jsonParse)}; text ${million(speed.text)}`,
  ].join("\n");
}

/** @param known what the cache has seen before */
function fastest<Body>(
  bodies: readonly Body[],
  decode: (body: Body, builder: BatchBuilder) => void,
  known: readonly Body[] = [],
): number {
  const cache = new SeriesCache();
  for (const body of known) decode(body, new BatchBuilder(cache, NOW));
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let samples = 0;
    const startedAt = performance.now();
    for (const body of bodies) {
      const builder = new BatchBuilder(cache, NOW);
      decode(body, builder);
      samples += builder.finish().batch.times.length;
    }
    best = Math.max(best, (samples / (performance.now() - startedAt)) * 1000);
  }
  return best;
}

function fastestParse(batches: readonly string[]): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    for (const batch of batches) JSON.parse(batch);
    best = Math.max(best, ((batches.length * SAMPLES_A_BATCH) / (performance.now() - startedAt)) * 1000);
  }
  return best;
}

function series(from: number, count: number): SentSeries[] {
  const random = randomFrom(from + 1);
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const labels = [
      ["__name__", `http_requests_${number % 50}_total`],
      ["instance", `10.0.${number % 10}.${number % 200}:9090`],
      ["job", "node-exporter"],
      ["method", ["GET", "POST", "PUT"][number % 3] ?? ""],
      ["path", `/api/v1/items/${number}`],
      ["status", "200"],
    ].flat();
    const metadata = { type: 1, help: "How many requests were answered.", unit: "" };
    return { labels, samples: [{ value: random() * 1000, time: NOW }], metadata };
  });
}

function inOtherOrder(request: readonly SentSeries[], seed: number): SentSeries[] {
  const random = randomFrom(seed + 1);
  return request
    .map((one) => ({ one, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

function labelsOf({ labels }: SentSeries): [name: string, pairs: [string, string][]] {
  const [, name = ""] = labels;
  const pairs = labels.flatMap((label, at): [string, string][] =>
    at % 2 === 0 && at > 0 ? [[label, labels[at + 1] ?? ""]] : [],
  );
  return [name, pairs];
}

function jsonOf(one: SentSeries) {
  const [name, pairs] = labelsOf(one);
  return { name, value: one.samples?.[0]?.value, timestamp: NOW, labels: Object.fromEntries(pairs) };
}

function lineOf(one: SentSeries): string {
  const [name, pairs] = labelsOf(one);
  return `${name}{${pairs.map(([label, value]) => `${label}="${value}"`).join(",")}} ${one.samples?.[0]?.value} ${NOW}\n`;
}
