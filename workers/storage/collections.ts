import { asc, eq, gt, sql } from "drizzle-orm";
import { type Collection, DEFAULT_COLLECTION } from "../contract/collections.ts";
import type { PageRequest } from "../contract/pagination.ts";
import { AppError } from "../errors.ts";
import { collectionIdOf, forgetCollectionNames } from "./collection-names.ts";
import type { Cursors } from "./cursor.ts";
import { type Database, isUniqueConflict, runBatch } from "./database.ts";
import { eraseStatements } from "./erase.ts";
import { newId } from "./ids.ts";
import { collection, document, outbox } from "./schema.ts";

export type CollectionRepository = ReturnType<typeof collectionRepository>;

/** Collections in D1. */
export function collectionRepository(
  db: Database,
  cursors: Cursors,
  background: (work: Promise<unknown>) => void,
) {
  const idOf = async (name: string): Promise<string> => {
    const [row] = await db.select({ id: collection.id }).from(collection).where(eq(collection.name, name));
    if (row === undefined) throw notFound(name);
    return row.id;
  };

  return {
    /** The id behind a name, as of a few seconds ago. @throws AppError `collection_not_found` */
    recentIdOf: (name: string): Promise<string> => collectionIdOf(name, idOf, background),

    idOf,

    /** The collection of that name, made if it is not there yet. */
    async ensure(name: string): Promise<{ id: string; name: string }> {
      const now = Date.now();
      const find = db.select({ id: collection.id }).from(collection).where(eq(collection.name, name));
      const [known] = await find;
      if (known !== undefined) return { id: known.id, name };
      await db
        .insert(collection)
        .values({ id: newId("col", now), name, createdAt: now, updatedAt: now })
        .onConflictDoNothing();
      const [made] = await find;
      if (made === undefined) throw notFound(name);
      return { id: made.id, name };
    },

    async get(name: string): Promise<Collection> {
      const [row] = await selectCollections(db).where(eq(collection.name, name));
      if (row === undefined) throw notFound(name);
      return toCollection(row);
    },

    async list(page: PageRequest) {
      const after = page.cursor === undefined ? undefined : String(cursors.decode(page.cursor)[0]);
      const rows = await selectCollections(db)
        .where(after === undefined ? undefined : gt(collection.name, after))
        .orderBy(asc(collection.name))
        .limit(page.limit + 1);
      return cursors.page(rows, page.limit, toCollection, (row) => [row.name, row.id]);
    },

    async create(name: string, description: string | null): Promise<Collection> {
      const now = Date.now();
      const row = { id: newId("col", now), name, description, createdAt: now, updatedAt: now };
      await db.insert(collection).values(row).catch(asTaken(name));
      return toCollection({ ...row, ready: 0, running: 0, failed: 0, chunks: 0 });
    },

    /** @throws AppError `collection_exists` when the new name is taken */
    async update(
      name: string,
      change: { name?: string | undefined; description?: string | null | undefined },
    ) {
      if (name === DEFAULT_COLLECTION && change.name !== undefined && change.name !== name)
        throw defaultStays();
      const [row] = await db
        .update(collection)
        .set({ ...change, updatedAt: Date.now() })
        .where(eq(collection.name, name))
        .returning({ name: collection.name })
        .catch(asTaken(change.name ?? name));
      if (row === undefined) throw notFound(name);
      forgetCollectionNames();
      return this.get(row.name);
    },

    /** Deletes the collection with its documents; their bytes go once nothing else refers to them. */
    async delete(name: string): Promise<{ id: string }> {
      if (name === DEFAULT_COLLECTION) throw defaultStays();
      const id = await idOf(name);
      forgetCollectionNames();
      const now = Date.now();
      await runBatch(db, [
        db.insert(outbox).values({ topic: "unindex", key: `${id}/`, createdAt: now, dueAt: now }),
        ...eraseStatements(db, sql`(select id from ${document} where ${document.collectionId} = ${id})`, now),
        db.delete(collection).where(eq(collection.id, id)),
      ]);
      return { id };
    },
  };
}

interface CollectionRow {
  id: string;
  name: string;
  description: string | null;
  createdAt: number;
  updatedAt: number;
  ready: number;
  running: number;
  failed: number;
  chunks: number;
}

const countWhere = (condition: string) =>
  sql<number>`(select count(*) from document d where d.collection_id = collection.id and ${sql.raw(condition)})`;

const selectCollections = (db: Database) =>
  db
    .select({
      id: collection.id,
      name: collection.name,
      description: collection.description,
      createdAt: collection.createdAt,
      updatedAt: collection.updatedAt,
      ready: countWhere("d.status = 'ready'"),
      running: countWhere("d.status in ('queued', 'running')"),
      failed: countWhere("d.status = 'failed'"),
      chunks: sql<number>`(select coalesce(sum(v.chunks), 0) from document d
        join version v on v.document_id = d.id and v.version = d.live_version
        where d.collection_id = collection.id)`,
    })
    .from(collection)
    .$dynamic();

const toCollection = (row: CollectionRow): Collection => ({
  id: row.id,
  name: row.name,
  description: row.description,
  documents: { ready: row.ready, running: row.running, failed: row.failed },
  chunks: row.chunks,
  created_at: new Date(row.createdAt).toISOString(),
  updated_at: new Date(row.updatedAt).toISOString(),
});

const notFound = (name: string) =>
  new AppError("collection_not_found", {
    detail: `There is no collection named "${name}". Create it with POST /api/v1/collections.`,
  });

const defaultStays = () =>
  new AppError("default_collection", {
    detail: "The default collection can be neither renamed nor deleted.",
  });

const asTaken = (name: string) => (cause: unknown) => {
  if (!isUniqueConflict(cause)) throw cause;
  throw new AppError("collection_exists", { detail: `A collection named "${name}" exists already.`, cause });
};
