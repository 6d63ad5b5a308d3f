import { eq, sql } from "drizzle-orm";
import type { Database, Statement } from "./database.ts";
import { newestVersionIsOf } from "./newest-version.ts";
import { document, job, outbox } from "./schema.ts";

/** Begins a job anew, from its first stage, with all its attempts before it. */
export const restartStatements = (db: Database, jobId: string, now: number): Statement[] => [
  db
    .update(job)
    .set({
      state: "queued",
      stage: "queued",
      percent: 0,
      attempts: 0,
      build: sql`${job.build} + 1`,
      cursor: null,
      handedOver: false,
      leaseToken: null,
      leaseUntil: null,
      reasonCode: null,
      reasonMessage: null,
      deadLetteredAt: null,
      finishedAt: null,
      enqueuedAt: now,
      updatedAt: now,
    })
    .where(eq(job.id, jobId)),
  db
    .update(document)
    .set({ status: "queued", updatedAt: now })
    .where(newestVersionIsOf(eq(job.id, jobId))),
  db.insert(outbox).values({ topic: "ingest", key: jobId, createdAt: now, dueAt: now }),
];
