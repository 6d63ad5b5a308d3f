import { and, asc, desc, eq, gt, lt, or, type SQL, sql } from "drizzle-orm";
import type { GrantLevel } from "../contract/access.ts";
import type { Document, DocumentQuery, UpdateDocument } from "../contract/documents.ts";
import type { PageRequest } from "../contract/pagination.ts";
import { AppError } from "../errors.ts";
import type { Author } from "../identity/author.ts";
import type { Viewer } from "../identity/principal.ts";
import { includesLevel, levelOnDocument } from "../identity/viewer.ts";
import { keepManaging } from "./access/manage.ts";
import { readableDocuments } from "./access/readable.ts";
import { auditStatements } from "./audit/outbox.ts";
import type { Cursors, Position } from "./cursor.ts";
import type { Database } from "./database.ts";
import { describeStatements } from "./describe.ts";
import {
  type DocumentRow,
  rightsOf,
  selectDocuments,
  selectVersions,
  toDocument,
  toVersion,
} from "./document-rows.ts";
import { eraseStatements } from "./erase.ts";
import { type Requirement, runBatchIf } from "./requirements.ts";
import { collection, document, outbox, version } from "./schema.ts";

/** Where the content of one version stands. */
export interface StoredVersion {
  documentId: string;
  documentName: string;
  collectionId: string;
  version: number;
  sha256: string;
  bytes: number;
  mimeType: string | null;
  textKey: string | null;
  scan: "pending" | "clean" | "infected";
  createdAt: number;
}

const SORT_COLUMNS = {
  created_at: document.createdAt,
  updated_at: document.updatedAt,
  name: document.name,
} as const;

/** Documents and their versions in D1. What a viewer may not read is not there for him. */
export function documentRepository(db: Database, cursors: Cursors, leaseMs: number) {
  /** @throws AppError `document_not_found`, `permission_denied` */
  const reach = async (viewer: Viewer, id: string, needed: GrantLevel): Promise<DocumentRow> => {
    const [row] = await selectDocuments(db).where(eq(document.id, id));
    const level = row === undefined ? null : levelOnDocument(viewer, rightsOf(row));
    if (row === undefined || level === null) throw documentNotFound(id);
    if (includesLevel(level, needed)) return row;
    throw new AppError("permission_denied", {
      detail: `You may ${level} the document ${id}, and this takes the right to ${needed} it.`,
    });
  };

  return {
    async list(viewer: Viewer, request: DocumentQuery) {
      const descending = request.sort.startsWith("-");
      const key = request.sort.replace("-", "") as keyof typeof SORT_COLUMNS;
      const column = SORT_COLUMNS[key];
      const rows = await selectDocuments(db)
        .where(
          and(
            readableDocuments(viewer),
            request.collection === undefined ? undefined : eq(collection.name, request.collection),
            request.status === undefined ? undefined : eq(document.status, request.status),
            request.name === undefined ? undefined : eq(document.name, request.name),
            request.q === undefined
              ? undefined
              : sql`instr(lower(${document.name}), lower(${request.q})) > 0`,
            request.cursor === undefined
              ? undefined
              : after(column, descending, cursors.decode(request.cursor)),
          ),
        )
        .orderBy(descending ? desc(column) : asc(column), descending ? desc(document.id) : asc(document.id))
        .limit(request.limit + 1);
      const toItem = (row: DocumentRow) => toDocument(row, viewer);
      return cursors.page(rows, request.limit, toItem, (row) => [
        { created_at: row.createdAt, updated_at: row.updatedAt, name: row.name }[key],
        row.id,
      ]);
    },

    /** For the system's own work: looks at nobody's rights. */
    async find(id: string): Promise<DocumentRow | null> {
      const [row] = await selectDocuments(db).where(eq(document.id, id));
      return row ?? null;
    },

    /** @throws AppError `document_not_found`, `permission_denied` */
    async get(viewer: Viewer, id: string, needed: GrantLevel = "read"): Promise<Document> {
      return toDocument(await reach(viewer, id, needed), viewer);
    },

    /** @throws AppError `document_not_found`, `version_not_found`; the live version (else the newest) when none is named */
    async version(viewer: Viewer, id: string, number?: number): Promise<StoredVersion> {
      const [row] = await db
        .select({
          documentId: document.id,
          documentName: document.name,
          collectionId: document.collectionId,
          version: version.version,
          sha256: version.sha256,
          bytes: version.bytes,
          mimeType: version.mimeType,
          textKey: version.textKey,
          scan: version.scan,
          createdAt: version.createdAt,
        })
        .from(version)
        .innerJoin(document, eq(document.id, version.documentId))
        .innerJoin(collection, eq(collection.id, document.collectionId))
        .where(
          and(
            readableDocuments(viewer),
            eq(version.documentId, id),
            eq(version.version, number ?? sql`coalesce(${document.liveVersion}, ${document.latestVersion})`),
          ),
        );
      if (row !== undefined) return row;
      await reach(viewer, id, "read");
      throw new AppError("version_not_found", { detail: `Document ${id} has no version ${number}.` });
    },

    async counts() {
      const [row] = await db
        .select({
          ready: sql<number>`count(*) filter (where status = 'ready')`,
          running: sql<number>`count(*) filter (where status in ('queued', 'running'))`,
          failed: sql<number>`count(*) filter (where status = 'failed')`,
        })
        .from(document);
      return row ?? { ready: 0, running: 0, failed: 0 };
    },

    async versions(viewer: Viewer, id: string, page: PageRequest) {
      await reach(viewer, id, "read");
      const below = page.cursor === undefined ? undefined : Number(cursors.decode(page.cursor)[0]);
      const rows = await selectVersions(db)
        .where(and(eq(version.documentId, id), below === undefined ? undefined : lt(version.version, below)))
        .orderBy(desc(version.version))
        .limit(page.limit + 1);
      return cursors.page(rows, page.limit, toVersion, (row) => [row.version.version, id]);
    },

    /** Changes what the newest version is called and carries, and who reaches it. */
    async update(author: Author, id: string, change: UpdateDocument): Promise<void> {
      const { restricted, ...description } = change;
      await reach(author.viewer, id, restricted === undefined ? "write" : "manage");
      const now = Date.now();
      const event = await author.prepare({
        action: "document.changed",
        target: { kind: "document", id },
        detail: { changed: Object.keys(change), ...(restricted === undefined ? {} : { restricted }) },
      });
      await runBatchIf(
        db,
        [documentExists(id)],
        [
          ...(Object.keys(description).length === 0 ? [] : describeStatements(db, id, description, now)),
          ...(restricted === undefined
            ? []
            : [db.update(document).set({ restricted, updatedAt: now }).where(eq(document.id, id))]),
          ...(restricted === true ? keepManaging(db, author, { kind: "document", id }, now) : []),
          ...auditStatements(db, [event]),
        ],
      );
    },

    /** Forgets the document at once; what else is to be cleared away goes through the outbox. */
    async delete(author: Author, id: string): Promise<{ collectionId: string }> {
      const { collectionId } = await reach(author.viewer, id, "write");
      const now = Date.now();
      const key = `${collectionId}/${id}`;
      const event = await author.prepare({
        action: "document.deleted",
        target: { kind: "document", id },
        detail: { collection_id: collectionId },
      });
      await runBatchIf(
        db,
        [documentExists(id)],
        [
          // The second time is for a worker that is ingesting it right now and may still write to the index.
          db.insert(outbox).values([
            { topic: "unindex", key, createdAt: now, dueAt: now },
            { topic: "unindex", key, createdAt: now, dueAt: now + 2 * leaseMs },
          ]),
          ...eraseStatements(db, [id], now),
          ...auditStatements(db, [event]),
        ],
      );
      return { collectionId };
    },
  };
}

function after(
  column: (typeof SORT_COLUMNS)[keyof typeof SORT_COLUMNS],
  descending: boolean,
  [value, id]: Position,
): SQL | undefined {
  const beyond = descending ? lt : gt;
  return or(beyond(column, value), and(eq(column, value), beyond(document.id, id)));
}

/** Of two who delete a document, one does, and one event tells of it. */
const documentExists = (id: string): Requirement => ({
  condition: sql`exists (select 1 from ${document} where ${document.id} = ${id})`,
  otherwise: () => documentNotFound(id),
});

export const documentNotFound = (id: string) =>
  new AppError("document_not_found", { detail: `There is no document ${id}.` });
