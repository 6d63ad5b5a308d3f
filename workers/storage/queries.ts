import { and, desc, eq, lt, or, sql } from "drizzle-orm";
import type { PageRequest } from "../contract/pagination.ts";
import type { Feedback, QueryRecord } from "../contract/queries.ts";
import { AppError } from "../errors.ts";
import type { Cursors } from "./cursor.ts";
import type { Database } from "./database.ts";
import { collection, feedback, query } from "./schema.ts";

export type QueryRepository = ReturnType<typeof queryRepository>;

/** The history of questions, and what people thought of the answers. */
export function queryRepository(db: Database, cursors: Cursors) {
  return {
    async record(row: typeof query.$inferInsert): Promise<void> {
      await db.insert(query).values(row);
    },

    /** @throws AppError `query_not_found` */
    async get(id: string): Promise<QueryRecord> {
      const [row] = await selectQueries(db).where(eq(query.id, id));
      if (row === undefined) throw notFound(id);
      return toRecord(row);
    },

    async list(request: PageRequest & { collection?: string | undefined }) {
      const after = request.cursor === undefined ? undefined : cursors.decode(request.cursor);
      const rows = await selectQueries(db)
        .where(
          and(
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
      return cursors.page(rows, request.limit, toRecord, (row) => [row.query.createdAt, row.query.id]);
    },

    /** Keeps the newest opinion. @throws AppError `query_not_found`, `document_not_found` */
    async giveFeedback(id: string, opinion: Feedback): Promise<void> {
      const values = {
        thumb: opinion.thumb,
        comment: opinion.comment ?? null,
        correctDocumentId: opinion.correct_document_id ?? null,
        createdAt: Date.now(),
      };
      await this.get(id);
      if (values.correctDocumentId !== null) {
        const found = await db.all(sql`select 1 from document where id = ${values.correctDocumentId}`);
        if (found.length === 0) {
          throw new AppError("document_not_found", {
            detail: `There is no document ${values.correctDocumentId}.`,
          });
        }
      }
      await db
        .insert(feedback)
        .values({ queryId: id, ...values })
        .onConflictDoUpdate({ target: feedback.queryId, set: values });
    },
  };
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
