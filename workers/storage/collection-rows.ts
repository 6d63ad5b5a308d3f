import { sql } from "drizzle-orm";
import type { Visibility } from "../contract/access.ts";
import type { Collection } from "../contract/collections.ts";
import type { Viewer } from "../identity/principal.ts";
import { levelOnCollection } from "../identity/viewer.ts";
import { readableDocuments } from "./access/readable.ts";
import type { Database } from "./database.ts";
import { collection } from "./schema.ts";

export interface CollectionRow {
  id: string;
  name: string;
  description: string | null;
  visibility: Visibility;
  createdAt: number;
  updatedAt: number;
  ready: number;
  running: number;
  failed: number;
  chunks: number;
}

/**
 * Counts, too, tell only of what the viewer may read. Columns are written out: of a select from one table Drizzle
 * leaves away the table's name.
 */
export const selectCollections = (db: Database, viewer: Viewer) => {
  const mine = sql`document.collection_id = collection.id and ${readableDocuments(viewer) ?? sql`true`}`;
  const countWhere = (condition: string) =>
    sql<number>`(select count(*) from document where ${mine} and ${sql.raw(condition)})`;
  return db
    .select({
      id: collection.id,
      name: collection.name,
      description: collection.description,
      visibility: collection.visibility,
      createdAt: collection.createdAt,
      updatedAt: collection.updatedAt,
      ready: countWhere("document.status = 'ready'"),
      running: countWhere("document.status in ('queued', 'running')"),
      failed: countWhere("document.status = 'failed'"),
      chunks: sql<number>`(select coalesce(sum(v.chunks), 0) from document
        join version v on v.document_id = document.id and v.version = document.live_version where ${mine})`,
    })
    .from(collection)
    .$dynamic();
};

export const toCollection = (row: CollectionRow, viewer: Viewer): Collection => ({
  id: row.id,
  name: row.name,
  description: row.description,
  visibility: row.visibility,
  access: levelOnCollection(viewer, { collectionId: row.id, visibility: row.visibility }) ?? "read",
  documents: { ready: row.ready, running: row.running, failed: row.failed },
  chunks: row.chunks,
  created_at: new Date(row.createdAt).toISOString(),
  updated_at: new Date(row.updatedAt).toISOString(),
});
