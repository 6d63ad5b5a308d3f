import { and, eq, inArray } from "drizzle-orm";
import { AppError } from "../errors.ts";
import type { Author } from "../identity/author.ts";
import { includesLevel, levelOnDocument } from "../identity/viewer.ts";
import type { Entered, Upload } from "../ingestion/intake.ts";
import { auditStatements } from "./audit/outbox.ts";
import type { Place } from "./collections.ts";
import { type Database, isOrphan, isUniqueConflict, MAX_LIST_PARAMETERS, runBatch } from "./database.ts";
import { type Known, planUpload, type UploadStep } from "./plan-upload.ts";
import { collection, document, version } from "./schema.ts";

/** In each round of a race one of the racers wins, so this many may race for one name. */
const TRIES = 40;

/**
 * Enters uploads into D1: document, version, job, outbox rows and audit events of all of them in one transaction.
 * The bytes of a document's newest version are that version: nothing is entered again, unless its
 * ingestion failed, which then begins anew. Names must differ within one call.
 *
 * @throws AppError `document_not_found` when an upload names a document that is not there,
 *   `permission_denied` when it would change one that its author may not write
 */
export async function acceptUploads(
  db: Database,
  author: Author,
  place: Place,
  uploads: Upload[],
): Promise<Entered> {
  for (let attempt = 1; ; attempt += 1) {
    const known = await findKnown(db, place.id, uploads);
    keepToWritable(author, known, place);
    const now = Date.now();
    const plan = uploads.map((upload) =>
      planUpload(upload, known.get(upload.documentId ?? `name:${upload.name}`), place, now),
    );
    const events = await Promise.all(plan.flatMap((step) => eventOf(author, step)));
    try {
      await runBatch(db, [...plan.flatMap((step) => step.statements(db)), ...auditStatements(db, events)]);
      return {
        accepted: plan.map((step) => step.accepted),
        send: plan.flatMap(({ accepted }) => (accepted.unchanged ? [] : [accepted.job.id])),
        described: plan.flatMap(({ accepted, describes }) => (describes ? [accepted.document.id] : [])),
      };
    } catch (error) {
      // Somebody entered or deleted the same document meanwhile: read again, and take what number is next now.
      if (attempt === TRIES || !(isUniqueConflict(error) || isOrphan(error))) throw error;
      if (isOrphan(error)) await assertCollection(db, place);
    }
  }
}

/** A document that its author may not even read is not there for him, unless by its name, which is taken. */
function keepToWritable({ viewer }: Author, known: Map<string, Known>, { id, visibility }: Place): void {
  for (const [asked, { id: documentId, restricted }] of known) {
    const level = levelOnDocument(viewer, { documentId, restricted, collectionId: id, visibility });
    if (includesLevel(level, "write")) continue;
    if (level !== null || asked !== documentId) throw notYours();
    known.delete(asked);
  }
}

const notYours = () =>
  new AppError("permission_denied", {
    detail: "A document of that name is there and is not yours to change. Choose another name.",
  });

/** What changes nothing is no event. */
function eventOf({ prepare }: Author, { accepted: { document: of, unchanged }, describes }: UploadStep) {
  const target = { kind: "document", id: of.id } as const;
  if (!unchanged) return [prepare({ action: "document.written", target, detail: { version: of.version } })];
  return describes ? [prepare({ action: "document.changed", target })] : [];
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
        title: version.title,
        metadata: version.metadata,
        jobId: version.jobId,
        status: document.status,
        restricted: document.restricted,
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

async function assertCollection(db: Database, { id, name }: Place): Promise<void> {
  const found = await db.select({ id: collection.id }).from(collection).where(eq(collection.id, id));
  if (found.length > 0) return;
  throw new AppError("collection_not_found", {
    detail: `The collection "${name}" was deleted meanwhile. Try again to make it anew.`,
  });
}
