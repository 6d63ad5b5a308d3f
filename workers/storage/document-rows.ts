import { and, eq } from "drizzle-orm";
import type { Document, Metadata, Version } from "../contract/documents.ts";
import type { Viewer } from "../identity/principal.ts";
import { levelOnDocument } from "../identity/viewer.ts";
import type { Database } from "./database.ts";
import { collection, document, job, version } from "./schema.ts";

export const selectDocuments = (db: Database) =>
  db
    .select({
      id: document.id,
      name: document.name,
      collectionId: collection.id,
      collection: collection.name,
      visibility: collection.visibility,
      restricted: document.restricted,
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

export type DocumentRow = Awaited<ReturnType<typeof selectDocuments>>[number];

/** A row for one whose right to read it was looked after already. */
export const toDocument = (row: DocumentRow, viewer: Viewer): Document => ({
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
  restricted: row.restricted,
  access: levelOnDocument(viewer, rightsOf(row)) ?? "read",
  created_at: new Date(row.createdAt).toISOString(),
  updated_at: new Date(row.updatedAt).toISOString(),
});

export const rightsOf = (row: Pick<DocumentRow, "id" | "collectionId" | "visibility" | "restricted">) => ({
  documentId: row.id,
  collectionId: row.collectionId,
  visibility: row.visibility,
  restricted: row.restricted,
});

export const selectVersions = (db: Database) =>
  db.select({ version, state: job.state }).from(version).innerJoin(job, eq(job.id, version.jobId)).$dynamic();

export const toVersion = ({
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
