import { and, asc, desc, eq, gt, lt, or, type SQL, sql } from "drizzle-orm";
import type { Document, DocumentQuery, Metadata, UpdateDocument, Version } from "../contract/documents.ts";
import type { PageRequest } from "../contract/pagination.ts";
import { AppError } from "../errors.ts";
import type { Cursors, Position } from "./cursor.ts";
import { type Database, runBatch } from "./database.ts";
import { describeStatements } from "./describe.ts";
import { eraseStatements } from "./erase.ts";
import { collection, document, job, outbox, version } from "./schema.ts";

export type DocumentRepository = ReturnType<typeof documentRepository>;

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
  createdAt: number;
}

const SORT_COLUMNS = {
  created_at: document.createdAt,
  updated_at: document.updatedAt,
  name: document.name,
} as const;

/** Documents and their versions in D1. */
export function documentRepository(db: Database, cursors: Cursors, leaseMs: number) {
  return {
    async list(request: DocumentQuery) {
      const descending = request.sort.startsWith("-");
      const key = request.sort.replace("-", "") as keyof typeof SORT_COLUMNS;
      const column = SORT_COLUMNS[key];
      const rows = await selectDocuments(db)
        .where(
          and(
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
      return cursors.page(rows, request.limit, toDocument, (row) => [
        { created_at: row.createdAt, updated_at: row.updatedAt, name: row.name }[key],
        row.id,
      ]);
    },

    async find(id: string): Promise<Document | null> {
      const [row] = await selectDocuments(db).where(eq(document.id, id));
      return row === undefined ? null : toDocument(row);
    },

    /** @throws AppError `document_not_found` */
    async get(id: string): Promise<Document> {
      const found = await this.find(id);
      if (found === null) throw notFound(id);
      return found;
    },

    /** @throws AppError `document_not_found`, `version_not_found`; the live version (else the newest) when none is named */
    async version(id: string, number?: number): Promise<StoredVersion> {
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
          createdAt: version.createdAt,
        })
        .from(version)
        .innerJoin(document, eq(document.id, version.documentId))
        .where(
          and(
            eq(version.documentId, id),
            eq(version.version, number ?? sql`coalesce(${document.liveVersion}, ${document.latestVersion})`),
          ),
        );
      if (row !== undefined) return row;
      await this.get(id);
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

    async versions(id: string, page: PageRequest) {
      const below = page.cursor === undefined ? undefined : Number(cursors.decode(page.cursor)[0]);
      const rows = await db
        .select({ version, state: job.state })
        .from(version)
        .innerJoin(job, eq(job.id, version.jobId))
        .where(and(eq(version.documentId, id), below === undefined ? undefined : lt(version.version, below)))
        .orderBy(desc(version.version))
        .limit(page.limit + 1);
      if (rows.length === 0 && below === undefined) throw notFound(id);
      return cursors.page(rows, page.limit, toVersion, (row) => [row.version.version, id]);
    },

    /** Changes what the newest version is called and carries. @throws AppError `document_not_found` */
    async update(id: string, change: UpdateDocument): Promise<void> {
      await this.get(id);
      await runBatch(db, describeStatements(db, id, change, Date.now()));
    },

    /** Forgets the document at once; what else is to be cleared away goes through the outbox. */
    async delete(id: string): Promise<{ collectionId: string }> {
      const [row] = await db
        .select({ collectionId: document.collectionId })
        .from(document)
        .where(eq(document.id, id));
      if (row === undefined) throw notFound(id);
      const now = Date.now();
      const key = `${row.collectionId}/${id}`;
      await runBatch(db, [
        // The second time is for a worker that is ingesting it right now and may still write to the index.
        db.insert(outbox).values([
          { topic: "unindex", key, createdAt: now, dueAt: now },
          { topic: "unindex", key, createdAt: now, dueAt: now + 2 * leaseMs },
        ]),
        ...eraseStatements(db, [id], now),
      ]);
      return row;
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

const selectDocuments = (db: Database) =>
  db
    .select({
      id: document.id,
      name: document.name,
      collection: collection.name,
      latestVersion: document.latestVersion,
      liveVersion: document.liveVersion,
      status: document.status,
      createdAt: document.createdAt,
      updatedAt: document.updatedAt,
      title: version.title,
      mimeType: version.mimeType,
      bytes: version.bytes,
      pages: version.pages,
      chunks: version.chunks,
      metadata: version.metadata,
      jobId: version.jobId,
    })
    .from(document)
    .innerJoin(collection, eq(collection.id, document.collectionId))
    .innerJoin(version, and(eq(version.documentId, document.id), eq(version.version, document.latestVersion)))
    .$dynamic();

type DocumentRow = Awaited<ReturnType<typeof selectDocuments>>[number];

const toDocument = (row: DocumentRow): Document => ({
  id: row.id,
  name: row.name,
  title: row.title,
  collection: row.collection,
  version: row.latestVersion,
  live_version: row.liveVersion,
  status: row.status,
  mime_type: row.mimeType,
  bytes: row.bytes,
  pages: row.pages,
  chunks: row.chunks,
  metadata: row.metadata as Metadata,
  job_id: row.jobId,
  created_at: new Date(row.createdAt).toISOString(),
  updated_at: new Date(row.updatedAt).toISOString(),
});

const toVersion = ({
  version: row,
  state,
}: {
  version: typeof version.$inferSelect;
  state: Version["status"];
}): Version => ({
  version: row.version,
  status: state,
  sha256: row.sha256,
  bytes: row.bytes,
  mime_type: row.mimeType,
  title: row.title,
  pages: row.pages,
  chunks: row.chunks,
  metadata: row.metadata,
  job_id: row.jobId,
  created_at: new Date(row.createdAt).toISOString(),
  live_from: isoOrNull(row.liveFrom),
  live_to: isoOrNull(row.liveTo),
});

export const isoOrNull = (time: number | null): string | null =>
  time === null ? null : new Date(time).toISOString();

const notFound = (id: string) =>
  new AppError("document_not_found", { detail: `There is no document ${id}.` });
