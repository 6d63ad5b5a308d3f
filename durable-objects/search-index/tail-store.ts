/** Chunks of one version that no stored segment holds. */
export interface TailBatch {
  versionRow: number;
  ordinals: number[];
}

/** Chunks a row names at most, far below what a row can hold. */
const MOST_ORDINALS = 10_000;

/** The door to the list of chunks that are to be indexed again after a restart. */
export class TailStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(versionRow: number, ordinals: readonly number[]): void {
    for (let first = 0; first < ordinals.length; first += MOST_ORDINALS) {
      const part = Uint32Array.from(ordinals.slice(first, first + MOST_ORDINALS));
      this.#sql.exec("INSERT INTO tail (version_row, ordinals) VALUES (?, ?)", versionRow, part.buffer);
    }
  }

  /** The batches in the order they were added. */
  read(): TailBatch[] {
    const rows = this.#sql.exec<{ version_row: number; ordinals: ArrayBuffer }>(
      "SELECT version_row, ordinals FROM tail ORDER BY batch",
    );
    return [...rows].map(({ version_row, ordinals }) => ({
      versionRow: version_row,
      ordinals: [...new Uint32Array(ordinals)],
    }));
  }

  deleteVersion(versionRow: number): void {
    this.#sql.exec("DELETE FROM tail WHERE version_row = ?", versionRow);
  }

  clear(): void {
    this.#sql.exec("DELETE FROM tail");
  }
}
