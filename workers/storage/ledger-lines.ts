import { and, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { ClaimedJob, Finished, StageNote } from "../ingestion/ports.ts";
import type { Database, Statement } from "./database.ts";
import { newestVersionIsOf } from "./newest-version.ts";
import { document, job, jobStage, version } from "./schema.ts";

/** The job as long as its lease is held: a write of one who lost it finds no row. */
export const heldBy = (claimed: ClaimedJob) => and(eq(job.id, claimed.id), eq(job.leaseToken, claimed.lease));

/** Enters a finished job: its version's facts, the switch of the live version, the end of the job. */
export function finishStatements(
  db: Database,
  claimed: ClaimedJob,
  result: Finished,
  now: number,
): Statement[] {
  const { documentId, version: number } = claimed;
  return [
    ...notesOf(db, claimed, result.notes),
    db
      .update(version)
      .set({
        mimeType: result.mimeType,
        title: sql`coalesce(${version.title}, ${result.title})`,
        textKey: result.textKey,
        pages: result.pages,
        chunks: result.chunks,
        liveFrom: sql`coalesce(${version.liveFrom}, ${result.liveFrom})`,
      })
      .where(and(eq(version.documentId, documentId), eq(version.version, number))),
    ...(result.liveFrom === null
      ? []
      : [
          db
            .update(version)
            .set({ liveTo: result.liveFrom })
            .where(
              and(
                eq(version.documentId, documentId),
                lt(version.version, number),
                isNotNull(version.liveFrom),
                isNull(version.liveTo),
              ),
            ),
          db
            .update(document)
            .set({ liveVersion: number })
            .where(and(eq(document.id, documentId), sql`coalesce(${document.liveVersion}, 0) <= ${number}`)),
        ]),
    db
      .update(document)
      .set({ status: "ready", updatedAt: now })
      .where(newestVersionIsOf(heldBy(claimed))),
    db
      .update(job)
      .set({
        state: "ready",
        stage: "done",
        percent: 100,
        reasonCode: null,
        reasonMessage: null,
        leaseToken: null,
        leaseUntil: null,
        updatedAt: now,
        finishedAt: now,
      })
      .where(heldBy(claimed)),
  ];
}

/**
 * A stage's line is written by whoever holds the lease, in the transaction that shows its result. A scan that was
 * done found the bytes clean: with its line, the version is given out.
 */
export function notesOf(db: Database, claimed: ClaimedJob, notes: StageNote[]): Statement[] {
  if (notes.length === 0) return [];
  const field = (name: keyof StageNote) => sql`value ->> ${name}`;
  return [
    db.insert(jobStage).select(
      sql`select null, ${claimed.id}, ${field("stage")}, ${claimed.attempts}, ${field("outcome")}, ${field("startedAt")},
          ${field("durationMs")}, ${field("detail")} from json_each(${JSON.stringify(notes)})
          where exists (select 1 from ${job} where ${heldBy(claimed)})`,
    ),
    ...(notes.some(({ stage, outcome }) => stage === "scan" && outcome === "done")
      ? [
          db
            .update(version)
            .set({ scan: "clean" })
            .where(
              and(
                eq(version.documentId, claimed.documentId),
                eq(version.version, claimed.version),
                eq(version.scan, "pending"),
                sql`exists (select 1 from ${job} where ${heldBy(claimed)})`,
              ),
            ),
        ]
      : []),
  ];
}
