import type { Checkpoint } from "../../workers/contract/audit.ts";

type CheckpointRow = { size: number; root_hash: string; note: string; signed_at: number };

/** The door to what was signed, and to how much of it is published. */
export class CheckpointStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  newest(): Checkpoint | null {
    const [row] = this.#sql
      .exec<CheckpointRow>("SELECT * FROM checkpoint ORDER BY size DESC LIMIT 1")
      .toArray();
    return row === undefined ? null : { ...row, signed_at: new Date(row.signed_at).toISOString() };
  }

  /** Of two for the same size the first one stays. */
  insert({ size, root_hash, note, signed_at }: Checkpoint): void {
    this.#sql.exec(
      "INSERT OR IGNORE INTO checkpoint VALUES (?, ?, ?, ?)",
      size,
      root_hash,
      note,
      Date.parse(signed_at),
    );
  }

  publishedSize(): number {
    return this.#sql.exec<{ size: number }>("SELECT size FROM published").toArray()[0]?.size ?? 0;
  }

  published(size: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO published VALUES (1, ?)", size);
  }
}
