import type { AuditTrail } from "../audit/event.ts";
import { MAX_DOCUMENT_BYTES } from "../contract/documents.ts";
import type { Author } from "../identity/author.ts";
import { ANONYMOUS } from "../identity/principal.ts";
import { indexWriters } from "../ingestion/index-writers.ts";
import type { IntakePorts } from "../ingestion/intake.ts";
import type { IngestionPorts } from "../ingestion/ports.ts";
import { PARSER_REVISION } from "../ingestion/revision.ts";
import type { InboxPorts } from "../ingestion/take-in-object.ts";
import { titleOf } from "../ingestion/title.ts";
import { embeddedModel } from "../providers/embedded/from-assets.ts";
import { httpScanner } from "../providers/malware-scanner.ts";
import { extractiveModel } from "../rag/answer/extractive-model.ts";
import { acceptUploads } from "../storage/accept.ts";
import { searchScopes } from "../storage/access/search-scopes.ts";
import { blobStore } from "../storage/blobs.ts";
import { collectionRepository } from "../storage/collections.ts";
import { documentRepository } from "../storage/documents.ts";
import { idempotencyRepository } from "../storage/idempotency.ts";
import { newId } from "../storage/ids.ts";
import { inboxRepository } from "../storage/inbox.ts";
import { jobRepository } from "../storage/jobs.ts";
import { ledgerRepository } from "../storage/ledger.ts";
import { outboxRepository } from "../storage/outbox.ts";
import { queryRepository } from "../storage/queries.ts";
import { textStore } from "../storage/texts.ts";
import type { Base } from "./base.ts";
import { measuredModel } from "./measured-model.ts";
import { measured } from "./measured-object.ts";

/** How long a worker may be silent before its job is anybody's. */
const LEASE_MS = 60_000;
/** How many messages one `sendBatch` takes. */
const MESSAGES_A_BATCH = 100;

/** Documents on their way in, and questions about them. @param system the audit trail of the service's own acts */
export function documentServices(base: Base, system: AuditTrail) {
  const { env, settings, log, db, cursors, usage, background, inBackground } = base;
  const { MALWARE_SCAN_URL, MALWARE_SCAN_TOKEN } = settings;
  const terms = { leaseMs: LEASE_MS, processStartedAt: settings.PROCESS_STARTED_AT };
  const collections = collectionRepository(db, cursors, background);
  const documents = documentRepository(db, cursors, LEASE_MS);
  const blobs = blobStore(env.DOCUMENTS);
  const texts = textStore(env.DOCUMENTS, PARSER_REVISION);
  const outbox = outboxRepository(db);
  const inbox = inboxRepository(db, env.DOCUMENTS);
  const embedding = measuredModel(embeddedModel(env.ASSETS));
  const index = (collectionId: string) =>
    measured(env.SEARCH_INDEX.get(env.SEARCH_INDEX.idFromName(collectionId)), "SearchIndex");

  /** Sends the jobs to the queue and only then forgets the promise to do so. */
  const announceNow = async (jobIds: string[]): Promise<void> => {
    for (let from = 0; from < jobIds.length; from += MESSAGES_A_BATCH) {
      const part = jobIds.slice(from, from + MESSAGES_A_BATCH);
      await env.INGESTION.sendBatch(part.map((id) => ({ body: { job_id: id } })));
      await outbox.ingestAnnounced(part);
    }
  };

  const ingestion: IngestionPorts = {
    ledger: ledgerRepository(db, terms, system),
    content: blobs,
    texts,
    scanner:
      MALWARE_SCAN_URL === undefined
        ? null
        : httpScanner({ url: MALWARE_SCAN_URL, token: MALWARE_SCAN_TOKEN }),
    index: indexWriters(index),
    embedding,
    now: Date.now,
    yieldToOthers: () => scheduler.wait(0),
  };
  /** Tells the index what a document's newest version is called and carries; one that is gone needs no telling. */
  const describe = async (documentId: string): Promise<void> => {
    const document = await documents.find(documentId);
    if (document === null) return;
    await index(document.collectionId).rename({
      documentId,
      version: document.latestVersion,
      documentName: document.name,
      title: titleOf(document.title, document.name),
      metadata: document.metadata,
    });
  };
  const release = (sha256s: string[]) => inBackground(outbox.promiseRelease(sha256s), "promise a release");
  const intakeOf = (author: Author): IntakePorts => ({
    content: blobs,
    collection: (name) => collections.ensure(author, name),
    enter: async (collection, uploads) => {
      const entered = await acceptUploads(db, author, collection, uploads);
      usage({ event: "upload", outcome: "accepted", subject: collection.id, count: uploads.length });
      return entered;
    },
    release,
    announce: (jobIds) => inBackground(announceNow(jobIds), "announce jobs"),
    describe,
  });

  const receive = (file: AsyncIterable<Uint8Array>) => blobs.store(file, MAX_DOCUMENT_BYTES);
  const inboxPorts: InboxPorts = {
    // Whoever may write into the bucket may write into every collection.
    intake: intakeOf({
      userId: null,
      viewer: { ...ANONYMOUS.viewer, everything: true },
      prepare: (draft) => system.prepare(draft),
    }),
    open: inbox.open,
    store: receive,
    markSeen: inbox.markSeen,
    refused: (object, why) => log.warn("inbox_object_refused", { key: object.key, why }),
  };

  return {
    collections,
    documents,
    searchScopes: searchScopes(db, background),
    jobs: jobRepository(db, cursors, terms),
    queries: queryRepository(db, cursors),
    idempotency: idempotencyRepository(db),
    inbox,
    inboxPorts,
    outbox,
    blobs,
    texts,
    embedding,
    chat: extractiveModel,
    index,
    ingestion,
    intakeOf,
    announceNow,
    describe,
    release,
    receive,
    newQueryId: () => newId("qry", Date.now()),
  };
}
