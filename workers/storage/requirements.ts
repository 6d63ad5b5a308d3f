import { type SQL, sql } from "drizzle-orm";
import type { AppError } from "../errors.ts";
import { type Database, runBatch, type Statement } from "./database.ts";

/** What must hold in the transaction of a change, and what its caller is told when it does not. */
export interface Requirement {
  condition: SQL;
  otherwise: () => AppError;
}

/**
 * Runs the statements in one transaction if all requirements hold in it; else nothing is done, audit events included.
 *
 * @throws AppError of the first requirement that does not hold
 * @example
 * await runBatchIf(db, [{ condition: sql`exists (select 1 from user where id = ${id})`, otherwise: () => notFound(id) }], […]);
 */
export async function runBatchIf(
  db: Database,
  requirements: Requirement[],
  statements: Statement[],
): Promise<void> {
  const guard = db
    .select(
      Object.fromEntries(
        requirements.map(({ condition }, number) => [
          `held_${number}`,
          // SQLite lets a plain statement raise no error of its own, but a path that is none is one, and is quoted in it.
          sql<number>`case when ${condition} then 1 else json_extract('{}', ${nameOf(number)}) end`,
        ]),
      ),
    )
    .from(sql`(select 1)`);
  try {
    await runBatch(db, requirements.length === 0 ? statements : [guard, ...statements]);
  } catch (error) {
    throw requirements.find((_, number) => quotes(error, nameOf(number)))?.otherwise() ?? error;
  }
}

const nameOf = (number: number): string => `requirement-${number}`;

function quotes(error: unknown, name: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message.includes(`bad JSON path: '${name}'`)) return true;
  }
  return false;
}
