import { and, desc, eq, lt, or, sql } from "drizzle-orm";
import type { PreparedEvent } from "../audit/event.ts";
import type { PageRequest } from "../contract/pagination.ts";
import type { Feedback, QueryRecord } from "../contract/queries.ts";
import { AppError } from "../errors.ts";
import type { Viewer } from "../identity/principal.ts";
import { readableDocuments } from "./access/readable.ts";
import { auditStatements } from "./audit/outbox.ts";
import type { Cursors } from "./cursor.ts";
import { type Database, runBatch } from "./database.ts";
import { documentNotFound } from "./documents.ts";
import { user } from "./identity/schema.ts";
import { collection, document, feedback, query } from "./schema.ts";

/** Whose questions may be seen. */
export interface Asker {
  /** Null for all of them: admins. */
  userId: string | null;
  viewer: Viewer;
}

/**
 * The history of questions, and what people thought of the answers. What an old answer took from documents that
 * its reader may not read any more is left out.
 */
export function queryRepository(db: Database, cursors: Cursors) {
  const ofAsker = ({ userId, viewer }: Asker) =>
    and(
      userId === null ? undefined : eq(query.userId, userId),
      viewer.within === null
        ? undefined
        : sql`${query.collectionId} in (select value from json_each(${JSON.stringify([...viewer.within])}))`,
    );

  const withhold = async (viewer: Viewer, records: QueryRecord[]): Promise<QueryRecord[]> => {
    const condition = readableDocuments(viewer);
    if (condition === undefined) return records;
    const named = new Set(
      records.flatMap(({ citations, passages }) =>
        [...citations, ...passages].map((part) => part.document_id),
      ),
    );
    const rows = await db
      .select({ id: document.id })
      .from(document)
      .innerJoin(collection, eq(collection.id, document.collectionId))
      .where(
        and(sql`${document.id} in (select value from json_each(${JSON.stringify([...named])}))`, condition),
      );
    const readable = new Set(rows.map(({ id }) => id));
    return records.map((record) => narrow(record, readable));
  };

  return {
    async record(row: typeof query.$inferInsert, events: PreparedEvent[]): Promise<void> {
      const orphan = sql`${query.userId} is not null and not exists (select 1 from ${user} where ${user.id} = ${query.userId})`;
      await runBatch(db, [
        db.insert(query).values(row),
        // Whoever was erased since he asked leaves nothing behind.
        db.delete(query).where(and(eq(query.id, row.id), orphan)),
        ...auditStatements(db, events),
      ]);
    },

    /** @throws AppError `query_not_found` */
    async get(asker: Asker, id: string): Promise<QueryRecord> {
      const [row] = await selectQueries(db).where(and(eq(query.id, id), ofAsker(asker)));
      const [record] = await withhold(asker.viewer, row === undefined ? [] : [toRecord(row)]);
      if (record === undefined) throw notFound(id);
      return record;
    },

    async list(asker: Asker, request: PageRequest & { collection?: string | undefined }) {
      const after = request.cursor === undefined ? undefined : cursors.decode(request.cursor);
      const rows = await selectQueries(db)
        .where(
          and(
            ofAsker(asker),
            request.collection === undefined ? undefined : eq(collection.name, request.collection),
            after === undefined
              ? undefined
              : or(
                  lt(query.createdAt, Number(after[0])),
                  and(eq(query.createdAt, Number(after[0])), lt(query.id, after[1])),
                ),
          ),
        )
        .orderBy(desc(query.createdAt), desc(query.id))
        .limit(request.limit + 1);
      const page = cursors.page(rows, request.limit, toRecord, (row) => [row.query.createdAt, row.query.id]);
      return { ...page, items: await withhold(asker.viewer, page.items) };
    },

    /**
     * Keeps the newest opinion, if the question is there still when it is written: whoever was erased meanwhile
     * leaves nothing behind.
     *
     * @throws AppError `query_not_found`, `document_not_found`
     */
    async giveFeedback(asker: Asker, id: string, opinion: Feedback): Promise<void> {
      const values = {
        thumb: opinion.thumb,
        comment: opinion.comment ?? null,
        correctDocumentId: opinion.correct_document_id ?? null,
        createdAt: Date.now(),
      };
      await this.get(asker, id);
      if (values.correctDocumentId !== null) {
        const found = await db
          .select({ id: document.id })
          .from(document)
          .innerJoin(collection, eq(collection.id, document.collectionId))
          .where(and(eq(document.id, values.correctDocumentId), readableDocuments(asker.viewer)));
        if (found.length === 0) throw documentNotFound(values.correctDocumentId);
      }
      const kept = await db
        .insert(feedback)
        .select(
          sql`select ${id}, ${values.thumb}, ${values.comment}, ${values.correctDocumentId}, ${values.createdAt}
            where exists (select 1 from ${query} where ${query.id} = ${id})`,
        )
        .onConflictDoUpdate({ target: feedback.queryId, set: values })
        .returning({ queryId: feedback.queryId });
      if (kept.length === 0) throw notFound(id);
    },
  };
}

/** A record with nothing in it of documents that may not be read. */
function narrow(record: QueryRecord, readable: ReadonlySet<string>): QueryRecord {
  const isReadable = (part: { document_id: string }) => readable.has(part.document_id);
  const passages = record.passages.filter(isReadable);
  if (record.citations.every(isReadable)) return { ...record, passages };
  return { ...record, passages, answer: "", citations: record.citations.filter(isReadable), withheld: true };
}

const selectQueries = (db: Database) =>
  db
    .select({ query, feedback, collection: sql<string>`coalesce(${collection.name}, ${query.collectionId})` })
    .from(query)
    .leftJoin(collection, eq(collection.id, query.collectionId))
    .leftJoin(feedback, eq(feedback.queryId, query.id))
    .$dynamic();

const toRecord = (row: Awaited<ReturnType<typeof selectQueries>>[number]): QueryRecord => ({
  id: row.query.id,
  question: row.query.question,
  collection: row.collection,
  mode: row.query.mode,
  answered: row.query.answered,
  answer: row.query.answer,
  citations: row.query.citations,
  passages: row.query.passages,
  timings: row.query.timings,
  degraded: row.query.degraded,
  withheld: false,
  feedback:
    row.feedback === null
      ? null
      : {
          thumb: row.feedback.thumb,
          ...(row.feedback.comment === null ? {} : { comment: row.feedback.comment }),
          ...(row.feedback.correctDocumentId === null
            ? {}
            : { correct_document_id: row.feedback.correctDocumentId }),
          created_at: new Date(row.feedback.createdAt).toISOString(),
        },
  created_at: new Date(row.query.createdAt).toISOString(),
});

const notFound = (id: string) =>
  new AppError("query_not_found", { detail: `There is no question ${id} in the history.` });
