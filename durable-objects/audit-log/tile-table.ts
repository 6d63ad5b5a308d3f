import type { GrownTile, TileAddress } from "../../workers/audit/tiles.ts";

/** The door to the tiles of hashes in SQLite. */
export class TileTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  write({ level, index, hashes }: GrownTile): void {
    this.#sql.exec("INSERT OR REPLACE INTO tile VALUES (?, ?, ?)", level, index, hashes.slice().buffer);
  }

  /** Empty where there is none. */
  read({ level, index }: TileAddress): Uint8Array {
    const [row] = this.#sql
      .exec<{ hashes: ArrayBuffer }>("SELECT hashes FROM tile WHERE level = ? AND position = ?", level, index)
      .toArray();
    return new Uint8Array(row?.hashes ?? new ArrayBuffer(0));
  }
}
