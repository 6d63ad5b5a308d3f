import { eq, inArray, sql } from "drizzle-orm";
import type { PreparedEvent } from "../audit/event.ts";
import type { ClaimedJob, Quarantine } from "../ingestion/ports.ts";
import { auditStatements } from "./audit/outbox.ts";
import type { Database, Statement } from "./database.ts";
import { notesOf } from "./ledger-lines.ts";
import { document, job, outbox, version } from "./schema.ts";

/** The versions of the claimed job's bytes that the audit log must hear of: its own, and those newly found out. */
export const selectQuarantined = (db: Database, { id, sha256 }: ClaimedJob) =>
  db
    .select({ documentId: version.documentId, version: version.version })
    .from(version)
    .where(
      sql`${version.sha256} = ${sha256} and (${version.scan} <> 'infected' or ${version.jobId} = ${id})`,
    );

/**
 * Fails all versions of the bytes, whoever works on them, as what is true of one is true of all; what was live of
 * them leaves the index. Their records stay, their bytes go.
 *
 * @param leaseMs after this somebody who may be indexing one of them right now has ended
 */
export function quarantineStatements(
  db: Database,
  claimed: ClaimedJob,
  finding: Quarantine,
  events: PreparedEvent[],
  { now, leaseMs }: { now: number; leaseMs: number },
): Statement[] {
  const isOfBytes = eq(version.sha256, claimed.sha256);
  const isLive = sql`exists (select 1 from ${version} where ${isOfBytes} and ${version.documentId} = ${document.id}
    and ${version.version} = ${document.liveVersion})`;
  const isNewest = sql`exists (select 1 from ${version} where ${isOfBytes} and ${version.documentId} = ${document.id}
    and ${version.version} = ${document.latestVersion})`;
  const unindexAt = (dueAt: number) =>
    db.insert(outbox).select(
      sql`select null, 'unindex', ${document.collectionId} || '/' || ${document.id}, ${now}, ${dueAt}
          from ${document} where ${isLive}`,
    );
  return [
    ...notesOf(db, claimed, finding.notes),
    unindexAt(now),
    unindexAt(now + 2 * leaseMs),
    db.update(document).set({ liveVersion: null }).where(isLive),
    db.update(document).set({ status: "failed", updatedAt: now }).where(isNewest),
    db
      .update(job)
      .set({
        state: "failed",
        stage: "scan",
        reasonCode: finding.reason.code,
        reasonMessage: finding.reason.message,
        deadLetteredAt: null,
        leaseToken: null,
        leaseUntil: null,
        updatedAt: now,
        finishedAt: now,
      })
      .where(inArray(job.id, db.select({ id: version.jobId }).from(version).where(isOfBytes))),
    db.update(version).set({ scan: "infected" }).where(isOfBytes),
    // The worker deletes them right after this, if it lives that long.
    db.insert(outbox).values({ topic: "release", key: claimed.sha256, createdAt: now, dueAt: now }),
    ...auditStatements(db, events),
  ];
}
