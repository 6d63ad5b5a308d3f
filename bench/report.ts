import { formatAccess } from "./access.ts";
import { formatAudit } from "./audit.ts";
import type { Measurements, SizeMeasured } from "./measurements.ts";
import type { RouteSpeed } from "./query-speed.ts";
import type { Spread } from "./requests.ts";

/** The most milliseconds that a question may take inside the Worker, 95 times of 100, by chunks. */
const WORKER_P95_AIM = new Map([
  [10_000, 10],
  [100_000, 25],
]);
/** The most that a question may take over HTTP, as a multiple of a route that does nothing, at this size. */
const HTTP_RATIO_AIM = { chunks: 10_000, ratio: 3 };
const MEMORY_AIM_MB = 128;
const MB = 1024 * 1024;

const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const mb = (bytes: number): string => (bytes / MB).toFixed(1);
const spread = ({ p50, p95, p99 }: Spread): string => `${ms(p50)} / ${ms(p95)} / ${ms(p99)}`;
const against = (value: number, aim: number | undefined): string =>
  aim === undefined ? "" : ` (aim ${aim}: ${value <= aim ? "met" : "missed"})`;

/** Tables for people to read; Markdown too, so that they can be pasted. */
export function formatMeasurements({
  sizes,
  merge,
  files,
  bulk,
  runtimeBytes,
  access,
  audit,
}: Measurements): string {
  const lines = [
    "Questions, ms p50 / p95 / p99 (inside the Worker; over HTTP; p95 over HTTP as a multiple of the no-op route's)",
    ...sizes.flatMap(formatQueries),
    "",
    "Index",
    ...sizes.map(formatIndex),
    `  runtime, resident with all of these: ${runtimeBytes === null ? "unknown here" : `${mb(runtimeBytes)} MB`}`,
    "",
    `Searches over HTTP while chunks are appended and merged (${merge.segmentsBefore} segments, at most ${merge.mostSegments}, then ${merge.segmentsAfter}), ms p50 / p95 / p99`,
    `  idle      ${spread(merge.idle)}`,
    `  appending ${spread(merge.appending)}; p95 × ${ms(merge.appending.p95 / merge.idle.p95)}`,
    `  after it  ${spread(merge.merging)}; p95 × ${ms(merge.merging.p95 / merge.idle.p95)}`,
    "",
    "Ingestion, from the upload to the first answer",
    ...files.map(
      ({ name, pages, chunks, seconds, parseMsAPage, indexMsAChunk }) =>
        `  ${name}: ${pages} pages, ${chunks} chunks in ${seconds.toFixed(1)} s, ${(pages / seconds).toFixed(1)} pages/s` +
        ` (parse ${ms(parseMsAPage)} ms a page, index ${ms(indexMsAChunk)} ms a chunk)`,
    ),
    `  ${bulk.documents} short texts in one bulk request: ${bulk.seconds.toFixed(1)} s, ${(bulk.documents / bulk.seconds).toFixed(1)} documents/s`,
    "",
    formatAccess(access),
    "",
    formatAudit(audit),
  ];
  return lines.join("\n");
}

function formatQueries({ chunks, noop, search, query }: SizeMeasured): string[] {
  const route = (name: string, { http, worker }: RouteSpeed) => {
    const ratio = http.p95 / noop.p95;
    const ratioAim = chunks === HTTP_RATIO_AIM.chunks ? HTTP_RATIO_AIM.ratio : undefined;
    return (
      `    ${name.padEnd(7)} ${spread(worker)}${against(worker.p95, WORKER_P95_AIM.get(chunks))}; ` +
      `HTTP ${spread(http)}; × ${ms(ratio)}${against(ratio, ratioAim)}`
    );
  };
  return [
    `  ${chunks.toLocaleString("en")} chunks (no-op ${spread(noop)})`,
    route("search", search),
    route("query", query),
    `    stages of query, mean ms: ${Object.entries(query.stages)
      .map(([name, mean]) => `${name} ${mean.toFixed(1)}`)
      .join(", ")}`,
  ];
}

function formatIndex({ chunks, index, appendMsAChunk, wakeUpMs }: SizeMeasured): string {
  const memory = index.memoryBytes / MB;
  return (
    `  ${chunks.toLocaleString("en")} chunks: ${index.segments} segments, ${memory.toFixed(1)} MB in memory` +
    `${against(memory, MEMORY_AIM_MB)}, ${mb(index.storedBytes)} MB stored; append ${appendMsAChunk.toFixed(2)} ms a chunk; ` +
    `first search after a restart ${ms(wakeUpMs)} ms`
  );
}
