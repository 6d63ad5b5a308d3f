import { and, eq, sql } from "drizzle-orm";
import type { UpdateDocument } from "../contract/documents.ts";
import type { Database, Statement } from "./database.ts";
import { document, outbox, version } from "./schema.ts";

/** A worker that is ingesting the version right now may index what it read before: the index is told once more then. */
const TOLD_AGAIN_MS = 120_000;

/** Changes what the newest version of a document is called and carries, and promises to tell the index. */
export function describeStatements(
  db: Database,
  id: string,
  change: UpdateDocument,
  now: number,
): Statement[] {
  const newest = sql`(select ${document.latestVersion} from ${document} where ${document.id} = ${id})`;
  return [
    db
      .update(version)
      .set({
        ...(change.title === undefined ? {} : { title: change.title }),
        ...(change.metadata === undefined ? {} : { metadata: change.metadata }),
      })
      .where(and(eq(version.documentId, id), eq(version.version, newest))),
    db.update(document).set({ updatedAt: now }).where(eq(document.id, id)),
    db.insert(outbox).values([
      { topic: "describe", key: id, createdAt: now, dueAt: now },
      { topic: "describe", key: id, createdAt: now, dueAt: now + TOLD_AGAIN_MS },
    ]),
  ];
}
