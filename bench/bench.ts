import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type TemporaryWorker, withTemporaryWorker } from "../eval/temporary-worker.ts";
import { ROOT } from "../scripts/root.ts";
import type { EmbeddingModel } from "../workers/rag/embedding-port.ts";
import type { AppendRequest } from "../workers/rag/search-port.ts";
import { measureAccess } from "./access.ts";
import { measureAudit } from "./audit.ts";
import { makeCollection, openIndex } from "./index-handle.ts";
import { type FileSpeed, measureBulk, measureFile } from "./ingestion-speed.ts";
import type { Measurements, SizeMeasured } from "./measurements.ts";
import { measureMergeLoad } from "./merge-load.ts";
import { type MetricsExtent, measureMetrics } from "./metrics/metrics.ts";
import { formatMetrics } from "./metrics/report.ts";
import { runtimeResidentBytes } from "./process-memory.ts";
import { measureQueries } from "./query-speed.ts";
import { formatMeasurements } from "./report.ts";
import {
  CHUNKS_A_DOCUMENT,
  readEmbeddingModel,
  syntheticDocument,
  syntheticTexts,
} from "./synthetic-documents.ts";
import { askAbout, randomFrom, readVocabulary, type TextSourceOf } from "./synthetic-text.ts";
import { measureWakeUps } from "./wake-up.ts";

const USAGE = `npm run bench [-- --quick] [--metrics] [--json]

  --quick    smaller indexes and fewer questions: a few minutes less
  --metrics  the metrics engine instead, beside Prometheus and VictoriaMetrics where they are installed
  --json     one JSON object

Set RETRIEVAL_DIR to a folder with filings/*.pdf to ingest these, too.
`;

interface Extent {
  sizes: number[];
  questions: number;
  bulkDocuments: number;
  requests: number;
  auditEvents: { appended: number; verified: number };
  metrics: MetricsExtent;
}

const WHOLE: Extent = {
  sizes: [1_000, 10_000, 100_000],
  questions: 440,
  bulkDocuments: 1_000,
  requests: 400,
  auditEvents: { appended: 50_000, verified: 1_000_000 },
  metrics: { ingest: { rounds: 5, scrapes: 50 }, queriedSeries: 10_000, sockets: [1_000, 5_000] },
};
const QUICK: Extent = {
  sizes: [1_000, 10_000],
  questions: 140,
  bulkDocuments: 200,
  requests: 150,
  auditEvents: { appended: 10_000, verified: 100_000 },
  metrics: { ingest: { rounds: 3, scrapes: 20 }, queriedSeries: 1_000, sockets: [1_000] },
};
/** The index that merges while it is asked: the last of at most this size. */
const MERGED_SIZE = 10_000;
/** Eight flushes of the index's tail, which make a merge due. */
const MERGED_ADDITION = 8 * 512;
/** An index is filled by large calls; while it is asked, by calls as small as those of ingestion. */
const DOCUMENTS_A_CALL = 6;
const MERGE_QUESTIONS = 200;
/** Questions are about so many documents, fewer than the smallest index holds. */
const ASKED_DOCUMENTS = 25;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      metrics: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (values.metrics) {
    const measured = await measureMetrics(values.quick ? QUICK.metrics : WHOLE.metrics, say);
    process.stdout.write(`${values.json ? JSON.stringify(measured) : formatMetrics(measured)}\n`);
    return;
  }
  const measured = await withTemporaryWorker((worker) => measureAll(worker, values.quick ? QUICK : WHOLE));
  process.stdout.write(`${values.json ? JSON.stringify(measured) : formatMeasurements(measured)}\n`);
}

async function measureAll(worker: TemporaryWorker, extent: Extent): Promise<Measurements> {
  const sourceOf = await readVocabulary();
  const model = await readEmbeddingModel();
  const { client } = worker.current;
  const files: FileSpeed[] = [];
  for (const { name, path } of await filesToIngest()) {
    say(`ingesting ${name}`);
    files.push(await measureFile(client, name, path));
  }
  say(`ingesting ${extent.bulkDocuments} short texts`);
  const bulk = await measureBulk(client, sourceOf, extent.bulkDocuments);
  const sizes: Omit<SizeMeasured, "wakeUpMs">[] = [];
  for (const chunks of extent.sizes) {
    say(`measuring ${chunks} chunks`);
    sizes.push(await measureSize(worker, sourceOf, model, chunks, extent.questions));
  }
  say("measuring who gets in");
  const access = await measureAccess(worker.current, extent.requests);
  const runtimeBytes = runtimeResidentBytes();
  const [question = ""] = questionsFrom(sourceOf, 1);
  say("waking up");
  const wakeUps = await measureWakeUps(worker, "default", extent.sizes.map(nameOf), question);
  say("merging");
  const mergedChunks = extent.sizes.findLast((chunks) => chunks <= MERGED_SIZE) ?? MERGED_SIZE;
  const additions: AppendRequest[][] = [];
  for await (const requests of documentsFor(sourceOf, model, mergedChunks, mergedChunks + MERGED_ADDITION)) {
    additions.push(...requests.map((request) => [request]));
  }
  const merge = await measureMergeLoad(
    worker.current.client,
    nameOf(mergedChunks),
    await openIndex(worker.current, nameOf(mergedChunks)),
    questionsFrom(sourceOf, MERGE_QUESTIONS),
    additions,
  );
  say("writing and verifying audit events");
  const { appended, verified } = extent.auditEvents;
  const audit = await measureAudit(appended, verified);
  return {
    sizes: sizes.map((size) => ({ ...size, wakeUpMs: wakeUps.get(nameOf(size.chunks)) ?? Number.NaN })),
    merge,
    files,
    bulk,
    runtimeBytes,
    access,
    audit,
  };
}

async function measureSize(
  { current }: TemporaryWorker,
  sourceOf: TextSourceOf,
  model: EmbeddingModel,
  chunks: number,
  questions: number,
): Promise<Omit<SizeMeasured, "wakeUpMs">> {
  await makeCollection(current, nameOf(chunks));
  const index = await openIndex(current, nameOf(chunks));
  let appendMs = 0;
  for await (const requests of documentsFor(sourceOf, model, 0, chunks)) {
    const startedAt = performance.now();
    await index.add(requests);
    appendMs += performance.now() - startedAt;
  }
  const speed = await measureQueries(current.client, nameOf(chunks), questionsFrom(sourceOf, questions));
  return { chunks, ...speed, index: await index.describe(), appendMsAChunk: appendMs / chunks };
}

/** The synthetic documents from one chunk to another of the endless row of them, a few at a time. */
async function* documentsFor(
  sourceOf: TextSourceOf,
  model: EmbeddingModel,
  fromChunk: number,
  toChunk: number,
): AsyncGenerator<AppendRequest[]> {
  const numbers = Array.from(
    { length: Math.ceil((toChunk - fromChunk) / CHUNKS_A_DOCUMENT) },
    (_, place) => fromChunk / CHUNKS_A_DOCUMENT + place,
  );
  for (let from = 0; from < numbers.length; from += DOCUMENTS_A_CALL) {
    const part = numbers.slice(from, from + DOCUMENTS_A_CALL);
    yield await Promise.all(part.map((number) => syntheticDocument(sourceOf, model, number)));
  }
}

/** Distinct questions about documents that every size holds. */
function questionsFrom(sourceOf: TextSourceOf, count: number): string[] {
  const random = randomFrom(count);
  return Array.from({ length: count }, (_, place) => {
    const texts = syntheticTexts(sourceOf, place % ASKED_DOCUMENTS);
    return askAbout(texts[Math.floor(random() * texts.length)] ?? "", random());
  });
}

async function filesToIngest(): Promise<{ name: string; path: string }[]> {
  const sample = { name: "annual-report-2025.pdf", path: join(ROOT, "samples/annual-report-2025.pdf") };
  const folder = process.env.RETRIEVAL_DIR;
  if (folder === undefined) return [sample];
  const filings = join(folder, "filings");
  const names = (await readdir(filings)).filter((name) => name.endsWith(".pdf"));
  return [sample, ...names.map((name) => ({ name, path: join(filings, name) }))];
}

const nameOf = (chunks: number): string => `chunks-${chunks}`;
const say = (what: string) => process.stderr.write(`${what} …\n`);

await main();
