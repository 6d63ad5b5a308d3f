import { percentile } from "../../eval/metrics.ts";
import { formatShard } from "./append.ts";
import { formatChunks } from "./chunk-bytes.ts";
import { formatDecoding } from "./decode.ts";
import type { DiskBytes } from "./disk.ts";
import type { IngestSpeed } from "./ingest.ts";
import type { FanOut } from "./live-sockets.ts";
import type { MetricsMeasured } from "./metrics.ts";
import { formatPromql } from "./promql.ts";
import type { QueryTimes } from "./query-speed.ts";

const MIN_SAMPLES_A_SECOND = 50_000;
const MAX_BYTES = { counters: 2.5, "integer gauges": 2.5, decimals: 4 };

const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const median = (values: readonly number[]): number => percentile(0.5, values);
const aim = (met: boolean, text: string): string => `(aim ${text}: ${met ? "met" : "missed"})`;

export function formatMetrics(measured: MetricsMeasured): string {
  const { chunks, decoding, promql, shard, ingest, fanOut, compared } = measured;
  return [
    formatChunks(chunks),
    formatDecoding(decoding),
    formatPromql(promql),
    formatShard(shard),
    formatIngest(ingest),
    ...(compared === null ? [] : [formatDisk(compared.disk), formatQueries(compared.queries)]),
    formatFanOut(fanOut),
  ].join("\n\n");
}

function formatIngest({ json, remoteWrite, others }: IngestSpeed): string {
  const rate = median(remoteWrite);
  const line = (name: string, rates: readonly number[]) =>
    `  ${name.padEnd(28)} ${median(rates).toFixed(0).padStart(7)} (${rates.map((one) => one.toFixed(0)).join(", ")})`;
  const isFast = (rates: readonly number[]) =>
    aim(median(rates) >= MIN_SAMPLES_A_SECOND, String(MIN_SAMPLES_A_SECOND));
  return [
    "Samples a second of 10,000 series through HTTP, authenticated and durable: median of the rounds (each)",
    `${line("remote write", remoteWrite)} ${isFast(remoteWrite)}`,
    `${line("JSON, 1,000 a batch", json)} ${isFast(json)}`,
    ...Object.entries(others).map(
      ([name, rates]) =>
        `${line(`${name}, same bytes`, rates)}; Almanac × ${(rate / median(rates)).toFixed(2)}, as JSON × ${(median(json) / median(rates)).toFixed(2)}`,
    ),
  ].join("\n");
}

function formatDisk(disk: readonly DiskBytes[]): string {
  return [
    "Bytes a sample on disk, sealed (Prometheus: chunks of blocks, and its index besides)",
    ...disk.map(
      ({ kind, samples, prometheusChunks, prometheusIndex }) =>
        `  ${kind.padEnd(16)} ${samples.toFixed(2)} ${aim(samples <= MAX_BYTES[kind], `${MAX_BYTES[kind]}`)}; ` +
        `Prometheus ${prometheusChunks.toFixed(2)} + ${prometheusIndex.toFixed(2)}`,
    ),
  ].join("\n");
}

function formatQueries(queries: readonly QueryTimes[]): string {
  return [
    "Queries over HTTP, ms p50 / p99 (Prometheus; p50 as a multiple of Prometheus')",
    ...queries.map(
      ({ query, range, series, almanac, prometheus }) =>
        `  ${range.padEnd(8)}${String(series).padStart(6)} series  ${ms(almanac.p50)} / ${ms(almanac.p99)} ` +
        `(${ms(prometheus.p50)} / ${ms(prometheus.p99)}; × ${(almanac.p50 / prometheus.p50).toFixed(1)})  ${query}`,
    ),
  ].join("\n");
}

function formatFanOut(fanOut: readonly FanOut[]): string {
  const figures = ({ latency, openedASecond, bytesASocket }: FanOut["bare"]) =>
    `${ms(latency.p50)} / ${ms(latency.p95)} / ${ms(latency.p99)}, opened ${openedASecond.toFixed(0)} a second, ` +
    (bytesASocket === null ? "memory unknown here" : `${(bytesASocket / 1024).toFixed(0)} KiB each`);
  return [
    "Live feed, from sending a sample until every socket has it: ms p50 / p95 / p99, of which up to 150 are for gathering",
    ...fanOut.flatMap(({ sockets, almanac, bare }) => [
      `  ${sockets} sockets: ${figures(almanac)}`,
      `  ${" ".repeat(String(sockets).length)} of the runtime alone: ${figures(bare)}`,
    ]),
  ].join("\n");
}
