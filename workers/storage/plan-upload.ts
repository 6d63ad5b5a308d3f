import { and, eq } from "drizzle-orm";
import type { Accepted, Metadata } from "../contract/documents.ts";
import { AppError } from "../errors.ts";
import type { Upload } from "../ingestion/intake.ts";
import type { Database, Statement } from "./database.ts";
import { describeStatements } from "./describe.ts";
import { newId } from "./ids.ts";
import { restartStatements } from "./restart.ts";
import { document, job, outbox, version } from "./schema.ts";

/** A document as it is known before an upload, with its newest version. */
export interface Known {
  id: string;
  name: string;
  latestVersion: number;
  sha256: string;
  title: string | null;
  metadata: Metadata;
  jobId: string;
  status: Accepted["document"]["status"];
  restricted: boolean;
}

/** What one upload does to D1, and what its sender is told. */
export interface UploadStep {
  accepted: Accepted;
  statements(db: Database): Statement[];
  /** The index must hear of a changed title or metadata. */
  describes: boolean;
}

interface Place {
  id: string;
  name: string;
}

/** @throws AppError `document_not_found` when the upload names a document that is not there */
export function planUpload(
  upload: Upload,
  former: Known | undefined,
  collection: Place,
  now: number,
): UploadStep {
  if (upload.documentId !== undefined && former === undefined) {
    throw new AppError("document_not_found", {
      detail: `There is no document ${upload.documentId} in "${collection.name}".`,
    });
  }
  if (former?.sha256 !== upload.sha256) return enter(upload, former, collection, now);
  return former.status === "failed"
    ? restart(former, collection, now)
    : keep(upload, former, collection, now);
}

function enter(upload: Upload, former: Known | undefined, collection: Place, now: number): UploadStep {
  const documentId = former?.id ?? newId("doc", now);
  const number = (former?.latestVersion ?? 0) + 1;
  const jobId = newId("job", now);
  const statements = (db: Database): Statement[] => [
    former === undefined
      ? db.insert(document).values({
          id: documentId,
          collectionId: collection.id,
          name: upload.name,
          latestVersion: number,
          status: "queued",
          createdAt: now,
          updatedAt: now,
        })
      : db
          .update(document)
          .set({ latestVersion: number, status: "queued", updatedAt: now })
          .where(eq(document.id, documentId)),
    db.insert(version).values({
      documentId,
      version: number,
      jobId,
      sha256: upload.sha256,
      bytes: upload.bytes,
      mimeType: upload.mimeType,
      declaredType: upload.declaredType,
      title: upload.title ?? null,
      metadata: upload.metadata ?? former?.metadata ?? {},
      scan: "pending",
      createdAt: now,
    }),
    db.insert(job).values({
      id: jobId,
      documentId,
      version: number,
      collectionId: collection.id,
      state: "queued",
      stage: "queued",
      enqueuedAt: now,
      createdAt: now,
      updatedAt: now,
    }),
    db.insert(outbox).values({ topic: "ingest", key: jobId, createdAt: now, dueAt: now }),
    db.delete(outbox).where(and(eq(outbox.topic, "release"), eq(outbox.key, upload.sha256))),
  ];
  const made = { id: documentId, name: former?.name ?? upload.name, latestVersion: number, jobId };
  return { accepted: reply(made, collection, "queued", false), statements, describes: false };
}

function restart(former: Known, collection: Place, now: number): UploadStep {
  return {
    accepted: reply(former, collection, "queued", false),
    statements: (db) => restartStatements(db, former.jobId, now),
    describes: false,
  };
}

/** The bytes are known: nothing is ingested, but what is said of them may be new. */
function keep(upload: Upload, former: Known, collection: Place, now: number): UploadStep {
  const { title, metadata } = upload;
  const describes =
    (title !== undefined && title !== former.title) ||
    (metadata !== undefined && JSON.stringify(metadata) !== JSON.stringify(former.metadata));
  return {
    accepted: reply(former, collection, former.status, true),
    statements: (db) => (describes ? describeStatements(db, former.id, { title, metadata }, now) : []),
    describes,
  };
}

const reply = (
  of: Pick<Known, "id" | "name" | "latestVersion" | "jobId">,
  collection: Place,
  state: Accepted["job"]["state"],
  unchanged: boolean,
): Accepted => ({
  document: {
    id: of.id,
    name: of.name,
    collection: collection.name,
    version: of.latestVersion,
    status: state,
  },
  job: { id: of.jobId, state },
  unchanged,
});
