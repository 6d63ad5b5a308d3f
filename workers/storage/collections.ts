import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { GrantLevel, Visibility } from "../contract/access.ts";
import {
  type Collection,
  type CreateCollection,
  DEFAULT_COLLECTION,
  type UpdateCollection,
} from "../contract/collections.ts";
import type { PageRequest } from "../contract/pagination.ts";
import { AppError } from "../errors.ts";
import type { Author } from "../identity/author.ts";
import type { Viewer } from "../identity/principal.ts";
import { includesLevel, levelOnCollection } from "../identity/viewer.ts";
import { keepManaging } from "./access/manage.ts";
import { forgetPrincipals } from "./access/principals.ts";
import { readableCollections } from "./access/readable.ts";
import { accessGrant } from "./access/schema.ts";
import { auditStatements } from "./audit/outbox.ts";
import { type CollectionRow, selectCollections, toCollection } from "./collection-rows.ts";
import type { Cursors } from "./cursor.ts";
import { type Database, isUniqueConflict, runBatch, type Statement } from "./database.ts";
import { eraseStatements } from "./erase.ts";
import { newId } from "./ids.ts";
import { Recent } from "./recent.ts";
import { type Requirement, runBatchIf } from "./requirements.ts";
import { collection, document, outbox } from "./schema.ts";

/** What has to be known of a collection before anything in it is looked at. */
export interface Place {
  id: string;
  name: string;
  visibility: Visibility;
}

const places = new Recent<Place>("collections");

/** Collections in D1. What a viewer may not know of is not there for him. */
export function collectionRepository(
  db: Database,
  cursors: Cursors,
  background: (work: Promise<unknown>) => void,
) {
  const find = async (name: string): Promise<Place | null> => {
    const [row] = await db
      .select({ id: collection.id, name: collection.name, visibility: collection.visibility })
      .from(collection)
      .where(eq(collection.name, name));
    return row ?? null;
  };
  const place = async (name: string): Promise<Place> => {
    const found = await find(name);
    if (found === null) throw collectionNotFound(name);
    return found;
  };
  /** @throws AppError `collection_not_found`, `permission_denied` */
  const reach = async (viewer: Viewer, name: string, needed: GrantLevel): Promise<Place> => {
    const found = await place(name);
    assertLevel(viewer, found, needed);
    return found;
  };
  const read = async (viewer: Viewer, name: string): Promise<Collection> => {
    const [row] = await selectCollections(db, viewer).where(
      and(eq(collection.name, name), readableCollections(viewer)),
    );
    if (row === undefined) throw collectionNotFound(name);
    return toCollection(row, viewer);
  };
  const insert = (author: Author, row: typeof collection.$inferInsert): Statement[] => [
    db.insert(collection).values(row),
    ...keepManaging(db, author, { kind: "collection", id: row.id }, row.createdAt),
  ];

  return {
    /** A collection as it was a few seconds ago. @throws AppError `collection_not_found` */
    recentPlace: (name: string): Promise<Place> => places.get(name, () => place(name), background),

    place,
    reach,

    /** The collection of that name to write into, made if it is not there yet. */
    async ensure(author: Author, name: string): Promise<Place> {
      const known = await find(name);
      if (known !== null) {
        assertLevel(author.viewer, known, "write");
        return known;
      }
      const visibility = "private";
      assertMayCreate(author, name);
      const now = Date.now();
      const id = newId("col", now);
      const event = await author.prepare(created(id));
      try {
        await runBatch(db, [
          ...insert(author, { id, name, visibility, createdAt: now, updatedAt: now }),
          ...auditStatements(db, [event]),
        ]);
        forgetPrincipals();
        return { id, name, visibility };
      } catch (error) {
        // Somebody else made it meanwhile.
        if (!isUniqueConflict(error)) throw error;
        return reach(author.viewer, name, "write");
      }
    },

    get: read,

    async list(viewer: Viewer, page: PageRequest) {
      const after = page.cursor === undefined ? undefined : String(cursors.decode(page.cursor)[0]);
      const rows = await selectCollections(db, viewer)
        .where(and(readableCollections(viewer), after === undefined ? undefined : gt(collection.name, after)))
        .orderBy(asc(collection.name))
        .limit(page.limit + 1);
      const toItem = (row: CollectionRow) => toCollection(row, viewer);
      return cursors.page(rows, page.limit, toItem, (row) => [row.name, row.id]);
    },

    async create(author: Author, { name, description, visibility }: CreateCollection): Promise<Collection> {
      assertMayCreate(author, name);
      const now = Date.now();
      const row = {
        id: newId("col", now),
        name,
        description: description ?? null,
        visibility,
        createdAt: now,
        updatedAt: now,
      };
      const event = await author.prepare(created(row.id, visibility));
      await runBatch(db, [...insert(author, row), ...auditStatements(db, [event])]).catch(asTaken(name));
      forgetPrincipals();
      return {
        ...toCollection({ ...row, ready: 0, running: 0, failed: 0, chunks: 0 }, author.viewer),
        access: "manage",
      };
    },

    /** @throws AppError `collection_exists` when the new name is taken */
    async update(author: Author, name: string, change: UpdateCollection): Promise<Collection> {
      if (name === DEFAULT_COLLECTION && change.name !== undefined && change.name !== name)
        throw defaultStays();
      const { id } = await reach(author.viewer, name, "manage");
      const event = await author.prepare({
        action: "collection.changed",
        target: { kind: "collection", id },
        detail: {
          changed: Object.keys(change),
          ...(change.visibility === undefined ? {} : { visibility: change.visibility }),
        },
      });
      await runBatchIf(
        db,
        [collectionExists(id, name)],
        [
          db
            .update(collection)
            .set({ ...change, updatedAt: Date.now() })
            .where(eq(collection.id, id)),
          ...auditStatements(db, [event]),
        ],
      ).catch(asTaken(change.name ?? name));
      places.forget();
      return read(author.viewer, change.name ?? name);
    },

    /** Deletes the collection with its documents; their bytes go once nothing else refers to them. */
    async delete(author: Author, name: string): Promise<{ id: string }> {
      const { id } = await reach(author.viewer, name, "manage");
      if (name === DEFAULT_COLLECTION) throw defaultStays();
      const now = Date.now();
      const event = await author.prepare({
        action: "collection.deleted",
        target: { kind: "collection", id },
      });
      await runBatchIf(
        db,
        [collectionExists(id, name)],
        [
          db.insert(outbox).values({ topic: "unindex", key: `${id}/`, createdAt: now, dueAt: now }),
          ...eraseStatements(
            db,
            sql`(select id from ${document} where ${document.collectionId} = ${id})`,
            now,
          ),
          db
            .delete(accessGrant)
            .where(and(eq(accessGrant.resourceKind, "collection"), eq(accessGrant.resourceId, id))),
          db.delete(collection).where(eq(collection.id, id)),
          ...auditStatements(db, [event]),
        ],
      );
      places.forget();
      return { id };
    },
  };
}

function assertLevel(viewer: Viewer, { id, name, visibility }: Place, needed: GrantLevel): void {
  const level = levelOnCollection(viewer, { collectionId: id, visibility });
  if (level === null) throw collectionNotFound(name);
  if (includesLevel(level, needed)) return;
  throw new AppError("permission_denied", {
    detail: `You may ${level} the collection "${name}", and this takes the right to ${needed} it.`,
  });
}

/** A key that is kept to some collections makes no others. */
function assertMayCreate({ viewer }: Author, name: string): void {
  if (viewer.within !== null) throw collectionNotFound(name);
}

const created = (id: string, visibility: Visibility = "private") =>
  ({
    action: "collection.created",
    target: { kind: "collection", id },
    detail: { visibility },
  }) as const;

/** Of two who delete a collection, one does, and one event tells of it. */
const collectionExists = (id: string, name: string): Requirement => ({
  condition: sql`exists (select 1 from ${collection} where ${collection.id} = ${id})`,
  otherwise: () => collectionNotFound(name),
});

export const collectionNotFound = (name: string) =>
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
