import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "../cli/client.ts";
import { addDocuments } from "../eval/add-documents.ts";
import { Document } from "../workers/contract/documents.ts";
import type { JobDetail, JobStage } from "../workers/contract/ingestion.ts";
import type { TextSourceOf } from "./synthetic-text.ts";

const LOOK_EVERY_MS = 100;
const WORDS_A_TEXT = 180;

export interface FileSpeed {
  name: string;
  pages: number;
  chunks: number;
  seconds: number;
  parseMsAPage: number;
  indexMsAChunk: number;
}

export interface BulkSpeed {
  documents: number;
  seconds: number;
}

/** Uploads a file and waits until it answers; what each stage took stands in the job's ledger. */
export async function measureFile(client: Client, name: string, path: string): Promise<FileSpeed> {
  const startedAt = performance.now();
  const { document, job } = await client.upload(path, { collection: "default", name });
  let state = await client.job(job.id);
  while (state.state === "queued" || state.state === "running") {
    await wait(LOOK_EVERY_MS);
    state = await client.job(job.id);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  if (state.state === "failed") throw new Error(`${name} failed: ${state.reason?.message ?? "no reason"}`);
  const { pages, chunks } = await client.send("GET", `/api/v1/documents/${document.id}`, Document);
  return {
    name,
    pages: pages ?? 0,
    chunks: chunks ?? 0,
    seconds,
    parseMsAPage: stageMs(state, "parse") / (pages ?? 1),
    indexMsAChunk: stageMs(state, "index") / (chunks ?? 1),
  };
}

/** Adds short texts in one bulk request and waits until all answer. */
export async function measureBulk(
  client: Client,
  sourceOf: TextSourceOf,
  documents: number,
): Promise<BulkSpeed> {
  const source = sourceOf(documents);
  const texts = Array.from({ length: documents }, (_, number) => ({
    name: `note-${number}.txt`,
    title: source.title(),
    text: source.passage(WORDS_A_TEXT),
  }));
  const startedAt = performance.now();
  await addDocuments(client, "bulk", texts);
  const seconds = (performance.now() - startedAt) / 1000;
  return { documents, seconds };
}

const stageMs = ({ stages }: JobDetail, stage: JobStage): number =>
  stages.filter((record) => record.stage === stage).reduce((sum, { duration_ms }) => sum + duration_ms, 0);
