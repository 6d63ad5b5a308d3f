import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { accessGrant } from "./access/schema.ts";
import type { Database, Statement } from "./database.ts";
import { document, inboxObject, job, jobStage, outbox, version } from "./schema.ts";

/**
 * Forgets documents with all that D1 knows of them, and promises to let go of their bytes.
 *
 * @param ids a list or a subquery of document ids
 */
export function eraseStatements(db: Database, ids: string[] | SQL, now: number): Statement[] {
  const versions = inArray(version.documentId, ids);
  const jobs = inArray(job.documentId, ids);
  return [
    db
      .insert(outbox)
      .select(sql`select distinct null, 'release', sha256, ${now}, ${now} from ${version} where ${versions}`),
    db.delete(jobStage).where(sql`${jobStage.jobId} in (select id from ${job} where ${jobs})`),
    db.delete(job).where(jobs),
    db.delete(version).where(versions),
    // The object in the inbox is marked as seen still: what was deleted does not come back with the next sweep.
    db.update(inboxObject).set({ documentId: null }).where(inArray(inboxObject.documentId, ids)),
    db
      .delete(accessGrant)
      .where(and(eq(accessGrant.resourceKind, "document"), inArray(accessGrant.resourceId, ids))),
    db.delete(document).where(inArray(document.id, ids)),
  ];
}
