import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Visibility } from "../contract/access.ts";
import type { JobStage, JobState, StageRecord } from "../contract/ingestion.ts";
import type { Citation, QueryRecord } from "../contract/queries.ts";
import type { Cursor } from "../ingestion/ports.ts";

/** All times are epoch milliseconds. */
const time = (name: string) => integer(name);

export const collection = sqliteTable("collection", {
  id: text().primaryKey(),
  name: text().notNull().unique(),
  description: text(),
  visibility: text().$type<Visibility>().notNull().default("private"),
  createdAt: time("created_at").notNull(),
  updatedAt: time("updated_at").notNull(),
});

export const document = sqliteTable(
  "document",
  {
    id: text().primaryKey(),
    collectionId: text("collection_id")
      .notNull()
      .references(() => collection.id),
    name: text().notNull(),
    latestVersion: integer("latest_version").notNull(),
    liveVersion: integer("live_version"),
    /** The state of the newest version's job, kept here so that lists and counts need no join. */
    status: text().$type<JobState>().notNull(),
    /** Its collection's grants do not reach it: only those on the document itself. */
    restricted: integer({ mode: "boolean" }).notNull().default(false),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
  },
  (table) => [
    index("document_restricted").on(table.collectionId).where(sql`restricted`),
    uniqueIndex("document_name").on(table.collectionId, table.name),
    index("document_created").on(table.createdAt, table.id),
    index("document_updated").on(table.updatedAt, table.id),
    index("document_status").on(table.collectionId, table.status),
  ],
);

export const version = sqliteTable(
  "version",
  {
    documentId: text("document_id")
      .notNull()
      .references(() => document.id),
    version: integer().notNull(),
    jobId: text("job_id").notNull(),
    sha256: text().notNull(),
    bytes: integer().notNull(),
    mimeType: text("mime_type"),
    /** What the uploader declared: a hint for the parser, never the truth. */
    declaredType: text("declared_type"),
    title: text(),
    metadata: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
    /** What the malware scan found; nobody gets the bytes of a version before it is `clean`. */
    scan: text().$type<"pending" | "clean" | "infected">().notNull().default("clean"),
    /** The R2 key of the stored text, once it is parsed. */
    textKey: text("text_key"),
    pages: integer(),
    chunks: integer(),
    createdAt: time("created_at").notNull(),
    liveFrom: time("live_from"),
    liveTo: time("live_to"),
  },
  (table) => [
    primaryKey({ columns: [table.documentId, table.version] }),
    index("version_sha256").on(table.sha256),
  ],
);

/** The ledger's head: one row a version, its state and how far it got. */
export const job = sqliteTable(
  "job",
  {
    id: text().primaryKey(),
    documentId: text("document_id")
      .notNull()
      .references(() => document.id),
    version: integer().notNull(),
    collectionId: text("collection_id").notNull(),
    state: text().$type<JobState>().notNull(),
    stage: text().$type<JobStage>().notNull(),
    percent: real().notNull().default(0),
    reasonCode: text("reason_code"),
    reasonMessage: text("reason_message"),
    attempts: integer().notNull().default(0),
    /** Counts how often the version was made from its first stage on: what the index calls a build. */
    build: integer().notNull().default(1),
    /** Where a long document goes on in its next message. */
    cursor: text({ mode: "json" }).$type<Cursor>(),
    /** The last slice ended well and handed over: going on is no new attempt. */
    handedOver: integer("handed_over", { mode: "boolean" }).notNull().default(false),
    leaseToken: text("lease_token"),
    leaseUntil: time("lease_until"),
    enqueuedAt: time("enqueued_at").notNull(),
    deadLetteredAt: time("dead_lettered_at"),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
    finishedAt: time("finished_at"),
  },
  (table) => [
    index("job_document").on(table.documentId, table.version),
    index("job_created").on(table.createdAt, table.id),
    index("job_open").on(table.enqueuedAt).where(sql`state in ('queued', 'running')`),
    index("job_dead").on(table.deadLetteredAt).where(sql`dead_lettered_at is not null`),
  ],
);

/** The ledger's lines: every stage of every attempt. */
export const jobStage = sqliteTable(
  "job_stage",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    jobId: text("job_id").notNull(),
    stage: text().$type<JobStage>().notNull(),
    attempt: integer().notNull(),
    outcome: text().$type<StageRecord["outcome"]>().notNull(),
    startedAt: time("started_at").notNull(),
    durationMs: real("duration_ms").notNull(),
    detail: text(),
  },
  (table) => [index("job_stage_job").on(table.jobId, table.id)],
);

/** What is to be done outside D1 because of a change in it; written in the same batch as the change. */
export const outbox = sqliteTable(
  "outbox",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    topic: text().$type<"ingest" | "unindex" | "release" | "describe">().notNull(),
    /** A job's id (ingest), `collection/document` (unindex), a blob's SHA-256 (release), a document's id (describe). */
    key: text().notNull(),
    createdAt: time("created_at").notNull(),
    dueAt: time("due_at").notNull(),
  },
  (table) => [index("outbox_due").on(table.dueAt), index("outbox_key").on(table.topic, table.key)],
);

/** Objects that people put into the bucket's inbox, as last seen. */
export const inboxObject = sqliteTable("inbox_object", {
  key: text().primaryKey(),
  etag: text().notNull(),
  documentId: text("document_id"),
  seenAt: time("seen_at").notNull(),
});

export const query = sqliteTable(
  "query",
  {
    id: text().primaryKey(),
    collectionId: text("collection_id").notNull(),
    /** The user who asked, himself or by a key; null for nobody in particular. */
    userId: text("user_id"),
    question: text().notNull(),
    mode: text().$type<QueryRecord["mode"]>().notNull(),
    answered: integer({ mode: "boolean" }).notNull(),
    answer: text().notNull(),
    citations: text({ mode: "json" }).$type<Citation[]>().notNull(),
    passages: text({ mode: "json" }).$type<QueryRecord["passages"]>().notNull(),
    timings: text({ mode: "json" }).$type<Record<string, number>>().notNull(),
    degraded: text({ mode: "json" }).$type<string[]>().notNull(),
    createdAt: time("created_at").notNull(),
  },
  (table) => [
    index("query_created").on(table.createdAt, table.id),
    index("query_collection").on(table.collectionId, table.createdAt),
    index("query_user").on(table.userId, table.createdAt),
  ],
);

export const feedback = sqliteTable("feedback", {
  queryId: text("query_id").primaryKey(),
  thumb: text().$type<"up" | "down">().notNull(),
  comment: text(),
  correctDocumentId: text("correct_document_id"),
  createdAt: time("created_at").notNull(),
});

/** Replies kept for a day so that a repeated POST with the same `Idempotency-Key` gets the first one's reply. */
export const idempotency = sqliteTable(
  "idempotency",
  {
    key: text().primaryKey(),
    fingerprint: text().notNull(),
    status: integer(),
    body: text(),
    createdAt: time("created_at").notNull(),
  },
  (table) => [index("idempotency_created").on(table.createdAt)],
);

/** Where a sweep that looks at a part of something large goes on next time. */
export const sweepPosition = sqliteTable("sweep_position", {
  sweep: text().primaryKey(),
  position: text().notNull(),
});
