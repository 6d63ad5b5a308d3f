import { and, eq, inArray, sql } from "drizzle-orm";
import type { AuditTrail } from "../audit/event.ts";
import type { JobReason } from "../contract/ingestion.ts";
import type { Ledger, StageNote } from "../ingestion/ports.ts";
import type { ScanState } from "../ingestion/scan/verdict.ts";
import { type Database, MAX_LIST_PARAMETERS, runBatch } from "./database.ts";
import { finishStatements, heldBy, notesOf } from "./ledger-lines.ts";
import { newestVersionIsOf } from "./newest-version.ts";
import { quarantineStatements, selectQuarantined } from "./quarantine.ts";
import { document, job, version } from "./schema.ts";

export interface LeaseTerms {
  leaseMs: number;
  /** When this machine's only process began, where that is known: a lease taken before it died with its holder. */
  processStartedAt: number;
}

/**
 * The ledger of ingestion in D1: see the port for what each call promises.
 *
 * @param audit prepares the events of what it does by itself
 */
export function ledgerRepository(
  db: Database,
  terms: LeaseTerms,
  audit: Pick<AuditTrail, "prepare">,
): Ledger {
  return {
    async claim(jobIds) {
      const now = Date.now();
      const lease = crypto.randomUUID();
      const ids = jobIds.slice(0, MAX_LIST_PARAMETERS);
      const [, rows] = await db.batch([
        db
          .update(job)
          .set({
            state: "running",
            leaseToken: lease,
            leaseUntil: now + terms.leaseMs,
            attempts: sql`${job.attempts} + (1 - ${job.handedOver})`,
            handedOver: false,
            updatedAt: now,
          })
          .where(
            and(
              inArray(job.id, ids),
              inArray(job.state, ["queued", "running"]),
              sql`(${job.leaseUntil} is null or ${job.leaseUntil} < ${now} or ${job.updatedAt} < ${terms.processStartedAt})`,
            ),
          ),
        db
          .select({
            id: job.id,
            collectionId: job.collectionId,
            documentId: job.documentId,
            documentName: document.name,
            version: job.version,
            sha256: version.sha256,
            bytes: version.bytes,
            scan: sql<ScanState>`case when exists (select 1 from ${version} as other
              where other.sha256 = ${version.sha256} and other.scan = 'infected')
              then 'infected' else ${version.scan} end`,
            mimeType: version.mimeType,
            declaredType: version.declaredType,
            title: version.title,
            metadata: version.metadata,
            attempts: job.attempts,
            build: job.build,
            cursor: job.cursor,
          })
          .from(job)
          .innerJoin(document, eq(document.id, job.documentId))
          .innerJoin(version, and(eq(version.documentId, job.documentId), eq(version.version, job.version)))
          .where(eq(job.leaseToken, lease)),
        db
          .update(document)
          .set({ status: "running" })
          .where(and(eq(document.status, "queued"), newestVersionIsOf(eq(job.leaseToken, lease)))),
      ]);
      return rows.map((row) => ({
        ...row,
        lease,
        cursor: row.cursor ?? { page: 0, chunk: 0, mimeType: null },
      }));
    },

    async progress(claimed, stage, percent) {
      const now = Date.now();
      await db
        .update(job)
        .set({ stage, percent, leaseUntil: now + terms.leaseMs, updatedAt: now })
        .where(heldBy(claimed));
    },

    async handOver(claimed, stage, percent, cursor, notes) {
      const now = Date.now();
      await runBatch(db, [
        ...notesOf(db, claimed, notes),
        db
          .update(job)
          .set({
            stage,
            ...(percent === null ? {} : { percent }),
            cursor,
            handedOver: true,
            leaseToken: null,
            leaseUntil: null,
            enqueuedAt: now,
            updatedAt: now,
          })
          .where(heldBy(claimed)),
      ]);
    },

    async finish(finished) {
      if (finished.length === 0) return [];
      const now = Date.now();
      await runBatch(
        db,
        finished.flatMap((entry) => finishStatements(db, entry.job, entry.result, now)),
      );
      const ids = finished.map((entry) => entry.job.documentId);
      const alive = await db.select({ id: document.id }).from(document).where(inArray(document.id, ids));
      const known = new Set(alive.map((row) => row.id));
      return finished.flatMap((entry) => (known.has(entry.job.documentId) ? [] : [entry.job]));
    },

    async retryLater(claimed, reason, delaySeconds, notes) {
      const now = Date.now();
      await runBatch(db, [
        ...notesOf(db, claimed, notes),
        db
          .update(job)
          .set({
            state: "queued",
            ...stageOf(notes),
            ...reasonColumns(reason),
            leaseToken: null,
            leaseUntil: null,
            enqueuedAt: now + delaySeconds * 1000,
            updatedAt: now,
          })
          .where(heldBy(claimed)),
      ]);
    },

    async fail(claimed, reason, deadLetter, notes) {
      const now = Date.now();
      await runBatch(db, [
        ...notesOf(db, claimed, notes),
        db
          .update(document)
          .set({ status: "failed", updatedAt: now })
          .where(newestVersionIsOf(heldBy(claimed))),
        db
          .update(job)
          .set({
            state: "failed",
            ...stageOf(notes),
            ...reasonColumns(reason),
            deadLetteredAt: deadLetter ? now : null,
            leaseToken: null,
            leaseUntil: null,
            updatedAt: now,
            finishedAt: now,
          })
          .where(heldBy(claimed)),
      ]);
    },

    async quarantine(claimed, finding) {
      const { threat } = finding;
      const events = await Promise.all(
        (await selectQuarantined(db, claimed)).map(({ documentId, version: number }) =>
          audit.prepare({
            action: "document.quarantined",
            target: { kind: "document", id: documentId },
            detail: { version: number, ...(threat === null ? {} : { threat }) },
          }),
        ),
      );
      const at = { now: Date.now(), leaseMs: terms.leaseMs };
      await runBatch(db, quarantineStatements(db, claimed, finding, events, at));
    },
  };
}

/** The stage that an attempt got to. */
const stageOf = (notes: StageNote[]) => {
  const stage = notes.at(-1)?.stage;
  return stage === undefined ? {} : { stage };
};

const reasonColumns = (reason: JobReason) => ({ reasonCode: reason.code, reasonMessage: reason.message });
