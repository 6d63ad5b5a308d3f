import type { BatchItem } from "drizzle-orm/batch";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";

export type Database = DrizzleD1Database;

/** The one door to D1. */
export const openDatabase = (binding: D1Database): Database => drizzle(binding);

/** D1 takes at most 100 bound parameters a statement; lists are cut to leave room for the others. */
export const MAX_LIST_PARAMETERS = 90;

/** Whether a statement failed because a row with the same unique key was written by somebody else meanwhile. */
export const isUniqueConflict = (error: unknown): boolean => hasMessage(error, "UNIQUE constraint failed");

/** Whether a statement failed because the row it belongs to was deleted by somebody else meanwhile. */
export const isOrphan = (error: unknown): boolean => hasMessage(error, "FOREIGN KEY constraint failed");

function hasMessage(error: unknown, message: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message.includes(message)) return true;
  }
  return false;
}

export type Statement = BatchItem<"sqlite">;

/** Runs the statements in one transaction; none is as good as done. */
export async function runBatch(db: Database, statements: Statement[]): Promise<void> {
  const [first, ...rest] = statements;
  if (first !== undefined) await db.batch([first, ...rest]);
}
