import type { JobStage } from "../contract/ingestion.ts";
import { DeadEndError, describeFailure, retryDelaySeconds } from "./failure.ts";
import { indexVersion } from "./index-version.ts";
import { type ParseTurn, parseVersion } from "./parse-version.ts";
import type { ClaimedJob, Finished, IngestionPorts, Quarantine } from "./ports.ts";
import { scanVersion } from "./scan/scan-version.ts";
import { MalwareFoundError } from "./scan/verdict.ts";
import { StageBook } from "./stage-book.ts";

/** How often work on a job is begun before it becomes a dead letter. */
export const MAX_ATTEMPTS = 5;
const SHORT_BYTES = 256 * 1024;
const LANES = 25;

/** What the queue is to do with a job's message. */
export type Outcome = { do: "acknowledge" } | { do: "send_again" } | { do: "retry"; delaySeconds: number };

/**
 * Takes jobs one turn further: scan → parse → chunk → embed → index → probe → switch. A short document is done in one
 * turn; a long one hands over with a cursor and goes on in its next message. Any call may be repeated, and may
 * end anywhere: ids are deterministic, the index takes the same chunk once, and the ledger says what is left.
 */
export async function ingest(ports: IngestionPorts, jobIds: string[]): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>(jobIds.map((id) => [id, { do: "acknowledge" }]));
  const claimed = await ports.ledger.claim(jobIds);
  const takeAll = async (jobs: ClaimedJob[]) => {
    const finished: { job: ClaimedJob; result: Finished }[] = [];
    await inLanes(jobs, async (job) => {
      const book = new StageBook(ports.now);
      try {
        const result = await takeTurn(ports, job, book);
        if (result === null) outcomes.set(job.id, { do: "send_again" });
        else finished.push({ job, result });
      } catch (error) {
        outcomes.set(job.id, await giveUpOrRetry(ports, job, book, error));
      }
      await ports.yieldToOthers();
    });
    await enterFinished(ports, finished);
  };
  // Short ones wait for stores most of the time and go side by side. Long ones would fill the memory together, and
  // wait longer than a lease lasts: one takes its turn, the others go back to the queue.
  const [long, ...others] = claimed.filter((job) => job.bytes > SHORT_BYTES);
  for (const job of others) {
    await ports.ledger.handOver(job, nextStageOf(job), null, job.cursor, []);
    outcomes.set(job.id, { do: "send_again" });
  }
  await takeAll(claimed.filter((job) => job.bytes <= SHORT_BYTES));
  if (long !== undefined) await takeAll([long]);
  return outcomes;
}

async function enterFinished(
  ports: IngestionPorts,
  finished: { job: ClaimedJob; result: Finished }[],
): Promise<void> {
  for (const gone of await ports.ledger.finish(finished)) {
    await ports.index(gone.collectionId).remove({ documentId: gone.documentId });
  }
  // Only now: a worker that died before would have had to begin again without them.
  for (const { job } of finished) if (job.cursor.page > 0) await ports.texts.dropSlices(job);
}

/** @returns what to enter into the ledger, or null when the job handed over to its next message */
async function takeTurn(ports: IngestionPorts, job: ClaimedJob, book: StageBook): Promise<Finished | null> {
  if (job.attempts > MAX_ATTEMPTS) {
    throw new DeadEndError("worker_died", "Each attempt ended the worker before it could say why.");
  }
  const bytes = await scanVersion(ports, job, book);
  const turn: ParseTurn = await parseVersion(ports, job, book, bytes);
  if (turn.kind === "more_pages") {
    book.close("done", `pages to ${turn.nextPage}`);
    const cursor = { page: turn.nextPage, chunk: 0, mimeType: turn.mimeType };
    await ports.ledger.handOver(job, "parse", turn.percent, cursor, book.notes);
    return null;
  }
  const indexed = await indexVersion(ports, job, turn, book);
  if (indexed.kind === "more_chunks") {
    book.close("done", `chunks to ${indexed.nextChunk}`);
    const cursor = { ...job.cursor, chunk: indexed.nextChunk, mimeType: turn.mimeType };
    await ports.ledger.handOver(job, "index", indexed.percent, cursor, book.notes);
    return null;
  }
  return {
    mimeType: turn.mimeType,
    title: turn.document.title,
    textKey: turn.textKey,
    pages: turn.document.pages.length,
    chunks: indexed.chunks,
    liveFrom: indexed.liveFrom,
    notes: book.notes,
  };
}

async function giveUpOrRetry(
  ports: IngestionPorts,
  job: ClaimedJob,
  book: StageBook,
  error: unknown,
): Promise<Outcome> {
  const failure = describeFailure(error);
  if (failure.permanent || job.attempts >= MAX_ATTEMPTS) {
    book.close("failed", failure.reason.message);
    if (error instanceof MalwareFoundError) {
      await quarantine(ports, job, { reason: failure.reason, threat: error.threat, notes: book.notes });
      return { do: "acknowledge" };
    }
    await ports.ledger.fail(job, failure.reason, failure.deadLetter || !failure.permanent, book.notes);
    return { do: "acknowledge" };
  }
  const delaySeconds = retryDelaySeconds(job.attempts);
  book.close("retried", failure.reason.message);
  await ports.ledger.retryLater(job, failure.reason, delaySeconds, book.notes);
  return { do: "retry", delaySeconds };
}

async function quarantine(ports: IngestionPorts, job: ClaimedJob, finding: Quarantine): Promise<void> {
  await ports.ledger.quarantine(job, finding);
  // After the ledger, which promises it as well: bytes that are gone without a verdict would merely be missing.
  await ports.texts.deleteOf(job.sha256);
  await ports.content.delete(job.sha256);
}

function nextStageOf({ scan, cursor }: ClaimedJob): JobStage {
  if (cursor.chunk > 0) return "index";
  return scan === "clean" ? "parse" : "scan";
}

/** Works on all items, some at a time. */
async function inLanes<Item>(items: Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(LANES, items.length) }, lane));
}
