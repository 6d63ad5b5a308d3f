import { and, eq, inArray } from "drizzle-orm";
import type { Accepted } from "../contract/documents.ts";
import { AppError } from "../errors.ts";
import type { Upload } from "../ingestion/intake.ts";
import {
  type Database,
  isUniqueConflict,
  MAX_LIST_PARAMETERS,
  runBatch,
  type Statement,
} from "./database.ts";
import { newId } from "./ids.ts";
import { restartStatements } from "./restart.ts";
import { document, job, outbox, version } from "./schema.ts";

interface Known {
  id: string;
  name: string;
  latestVersion: number;
  sha256: string;
  jobId: string;
  status: Accepted["document"]["status"];
}

/** In each round of a race one of the racers wins, so this many may race for one name. */
const TRIES = 40;

/**
 * Enters uploads into D1: document, version, job and outbox row of all of them in one transaction.
 * The bytes of a document's newest version are that version: nothing is entered again, unless its
 * ingestion failed, which then begins anew. Names must differ within one call.
 *
 * @returns one reply an upload, in order; `send` lists the jobs that the queue must hear of.
 */
export async function acceptUploads(
  db: Database,
  collection: { id: string; name: string },
  uploads: Upload[],
) {
  for (let attempt = 1; ; attempt += 1) {
    const plan = planUploads(await findKnown(db, collection.id, uploads), collection, uploads, Date.now());
    try {
      await runBatch(
        db,
        plan.flatMap((entry) => entry.statements(db)),
      );
      return {
        accepted: plan.map((entry) => entry.accepted),
        send: plan.flatMap((entry) => (entry.accepted.unchanged ? [] : [entry.accepted.job.id])),
      };
    } catch (error) {
      // Somebody entered the same document meanwhile: read again, and take the next version number.
      if (attempt === TRIES || !isUniqueConflict(error)) throw error;
    }
  }
}

async function findKnown(db: Database, collectionId: string, uploads: Upload[]): Promise<Map<string, Known>> {
  const known = new Map<string, Known>();
  const select = () =>
    db
      .select({
        id: document.id,
        name: document.name,
        latestVersion: document.latestVersion,
        sha256: version.sha256,
        jobId: version.jobId,
        status: document.status,
      })
      .from(document)
      .innerJoin(
        version,
        and(eq(version.documentId, document.id), eq(version.version, document.latestVersion)),
      );
  const byId = uploads.flatMap((upload) => upload.documentId ?? []);
  for (let from = 0; from < byId.length; from += MAX_LIST_PARAMETERS) {
    const ids = byId.slice(from, from + MAX_LIST_PARAMETERS);
    const rows = await select().where(
      and(eq(document.collectionId, collectionId), inArray(document.id, ids)),
    );
    for (const row of rows) known.set(row.id, row);
  }
  const byName = uploads.flatMap((upload) => (upload.documentId === undefined ? upload.name : []));
  for (let from = 0; from < byName.length; from += MAX_LIST_PARAMETERS) {
    const names = byName.slice(from, from + MAX_LIST_PARAMETERS);
    const rows = await select().where(
      and(eq(document.collectionId, collectionId), inArray(document.name, names)),
    );
    for (const row of rows) known.set(`name:${row.name}`, row);
  }
  return known;
}

function planUploads(
  known: Map<string, Known>,
  collection: { id: string; name: string },
  uploads: Upload[],
  now: number,
) {
  return uploads.map((upload) => {
    const former = known.get(upload.documentId ?? `name:${upload.name}`);
    if (upload.documentId !== undefined && former === undefined) {
      throw new AppError("document_not_found", {
        detail: `There is no document ${upload.documentId} in "${collection.name}".`,
      });
    }
    if (former?.sha256 === upload.sha256) {
      return former.status === "failed"
        ? restart(former, collection, now)
        : {
            accepted: reply(
              former.id,
              former.name,
              collection.name,
              former.latestVersion,
              former.jobId,
              former.status,
              true,
            ),
            statements: (): Statement[] => [],
          };
    }
    return enter(upload, former, collection, now);
  });
}

function enter(
  upload: Upload,
  former: Known | undefined,
  collection: { id: string; name: string },
  now: number,
) {
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
      title: upload.title,
      metadata: upload.metadata,
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
  return {
    accepted: reply(documentId, former?.name ?? upload.name, collection.name, number, jobId, "queued", false),
    statements,
  };
}

function restart(former: Known, collection: { name: string }, now: number) {
  const statements = (db: Database): Statement[] => restartStatements(db, former.jobId, now);
  return {
    accepted: reply(
      former.id,
      former.name,
      collection.name,
      former.latestVersion,
      former.jobId,
      "queued",
      false,
    ),
    statements,
  };
}

const reply = (
  id: string,
  name: string,
  collection: string,
  number: number,
  jobId: string,
  state: Accepted["job"]["state"],
  unchanged: boolean,
): Accepted => ({
  document: { id, name, collection, version: number, status: state },
  job: { id: jobId, state },
  unchanged,
});
