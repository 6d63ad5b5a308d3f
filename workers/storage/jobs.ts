import { and, asc, desc, eq, inArray, isNotNull, lt, or, sql } from "drizzle-orm";
import type { Job, JobDetail, JobQuery } from "../contract/ingestion.ts";
import { AppError } from "../errors.ts";
import type { Author } from "../identity/author.ts";
import type { Viewer } from "../identity/principal.ts";
import { includesLevel, levelOnDocument } from "../identity/viewer.ts";
import { readableDocuments } from "./access/readable.ts";
import { auditStatements } from "./audit/outbox.ts";
import type { Cursors } from "./cursor.ts";
import { type Database, runBatch } from "./database.ts";
import { isoOrNull } from "./document-rows.ts";
import { newestVersionIsOf } from "./newest-version.ts";
import { restartStatements } from "./restart.ts";
import { collection, document, job, jobStage } from "./schema.ts";

/** What people see of the ledger, and what they may do to it. Jobs of documents that a viewer may not read are not there for him. */
export function jobRepository(db: Database, cursors: Cursors, terms: { processStartedAt: number }) {
  return {
    /** @throws AppError `job_not_found` */
    async get(viewer: Viewer, id: string): Promise<Job> {
      const [row] = await selectJobs(db).where(and(eq(job.id, id), readableDocuments(viewer)));
      if (row === undefined) throw notFound(id);
      return toJob(row);
    },

    async detail(viewer: Viewer, id: string): Promise<JobDetail> {
      const [found, stages] = await Promise.all([
        this.get(viewer, id),
        db.select().from(jobStage).where(eq(jobStage.jobId, id)).orderBy(asc(jobStage.id)).limit(200),
      ]);
      return {
        ...found,
        stages: stages.map((row) => ({
          stage: row.stage,
          attempt: row.attempt,
          outcome: row.outcome,
          started_at: new Date(row.startedAt).toISOString(),
          duration_ms: row.durationMs,
          detail: row.detail,
        })),
      };
    },

    async list(viewer: Viewer, request: JobQuery) {
      const after = request.cursor === undefined ? undefined : cursors.decode(request.cursor);
      const rows = await selectJobs(db)
        .where(
          and(
            readableDocuments(viewer),
            request.state === undefined ? undefined : eq(job.state, request.state),
            request.collection === undefined ? undefined : eq(collection.name, request.collection),
            request.document_id === undefined ? undefined : eq(job.documentId, request.document_id),
            request.dead_lettered === true ? isNotNull(job.deadLetteredAt) : undefined,
            after === undefined
              ? undefined
              : or(
                  lt(job.createdAt, Number(after[0])),
                  and(eq(job.createdAt, Number(after[0])), lt(job.id, after[1])),
                ),
          ),
        )
        .orderBy(desc(job.createdAt), desc(job.id))
        .limit(request.limit + 1);
      return cursors.page(rows, request.limit, toJob, (row) => [row.job.createdAt, row.job.id]);
    },

    /** Begins a failed or dead-lettered job anew. @throws AppError `job_not_failed`, `permission_denied` */
    async replay(author: Author, id: string): Promise<Job> {
      const found = await this.get(author.viewer, id);
      if (found.state !== "failed") {
        throw new AppError("job_not_failed", {
          detail: `Job ${id} is ${found.state}; only a failed one can be replayed.`,
        });
      }
      await this.restart(author, id);
      return this.get(author.viewer, id);
    },

    /** Ingests a version again. @throws AppError `job_not_found`, `permission_denied` */
    async restart(author: Author, id: string): Promise<void> {
      const [row] = await selectJobs(db).where(and(eq(job.id, id), readableDocuments(author.viewer)));
      if (row === undefined) throw notFound(id);
      const documentId = row.job.documentId;
      const level = levelOnDocument(author.viewer, {
        ...row,
        documentId,
        collectionId: row.job.collectionId,
      });
      if (!includesLevel(level, "write")) {
        throw new AppError("permission_denied", {
          detail: `To ingest the document ${documentId} again takes the right to write it.`,
        });
      }
      const event = await author.prepare({
        action: "document.written",
        target: { kind: "document", id: documentId },
        detail: { version: row.job.version, again: true },
      });
      await runBatch(db, [...restartStatements(db, id, Date.now()), ...auditStatements(db, [event])]);
    },

    /** What the queue gave up on, although the ledger had not: shown as dead letters, ready for replay. */
    async markDeadLettered(ids: string[], message: string): Promise<void> {
      const now = Date.now();
      for (const id of ids) {
        const isOpen = and(eq(job.id, id), inArray(job.state, ["queued", "running"]));
        await db.batch([
          db.update(document).set({ status: "failed", updatedAt: now }).where(newestVersionIsOf(isOpen)),
          db
            .update(job)
            .set({
              state: "failed",
              reasonCode: sql`coalesce(${job.reasonCode}, 'retries_exhausted')`,
              reasonMessage: sql`coalesce(${job.reasonMessage}, ${message})`,
              leaseToken: null,
              leaseUntil: null,
              deadLetteredAt: now,
              finishedAt: now,
              updatedAt: now,
            })
            .where(isOpen),
        ]);
      }
    },

    /**
     * Open jobs that nobody works on and whose message must have been lost: their lease ran out, or they have
     * waited `patienceMs` in the queue, or this process began after they were last touched.
     */
    async takeStranded(patienceMs: number, limit: number): Promise<string[]> {
      const now = Date.now();
      const rows = await db.all<{ id: string }>(sql`update job set enqueued_at = ${now} where id in (
        select id from job where state in ('queued', 'running') and (
          (lease_until is null and enqueued_at < ${now - patienceMs})
          or (lease_until is not null and lease_until < ${now})
          or (enqueued_at < ${terms.processStartedAt} and updated_at < ${terms.processStartedAt}))
        order by enqueued_at limit ${limit}) returning id`);
      return rows.map((row) => row.id);
    },

    async counts() {
      const [row] = await db
        .select({
          queued: sql<number>`count(*) filter (where state = 'queued')`,
          running: sql<number>`count(*) filter (where state = 'running')`,
          dead_lettered: sql<number>`count(*) filter (where dead_lettered_at is not null)`,
        })
        .from(job);
      return row ?? { queued: 0, running: 0, dead_lettered: 0 };
    },
  };
}

const selectJobs = (db: Database) =>
  db
    .select({
      job,
      collection: collection.name,
      visibility: collection.visibility,
      restricted: document.restricted,
    })
    .from(job)
    .innerJoin(document, eq(document.id, job.documentId))
    .innerJoin(collection, eq(collection.id, job.collectionId))
    .$dynamic();

const toJob = ({
  job: row,
  collection: name,
}: {
  job: typeof job.$inferSelect;
  collection: string;
}): Job => ({
  id: row.id,
  document_id: row.documentId,
  version: row.version,
  collection: name,
  state: row.state,
  stage: row.stage,
  percent: Math.round(row.percent * 10) / 10,
  ...(row.reasonCode === null ? {} : { reason: { code: row.reasonCode, message: row.reasonMessage ?? "" } }),
  attempts: row.attempts,
  dead_lettered: row.deadLetteredAt !== null,
  created_at: new Date(row.createdAt).toISOString(),
  updated_at: new Date(row.updatedAt).toISOString(),
  finished_at: isoOrNull(row.finishedAt),
});

const notFound = (id: string) =>
  new AppError("job_not_found", { detail: `There is no ingestion job ${id}.` });
