const KEYS_AT_ONCE = 500;

/** The door to the keys of objects that no block has any more. */
export class GarbageStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(keys: readonly string[]): void {
    for (const key of keys) this.#sql.exec("INSERT OR IGNORE INTO garbage VALUES (?)", key);
  }

  /** Some of them; none where there is none. */
  some(): string[] {
    return this.#sql
      .exec<{ key: string }>("SELECT key FROM garbage LIMIT ?", KEYS_AT_ONCE)
      .toArray()
      .map(({ key }) => key);
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) this.#sql.exec("DELETE FROM garbage WHERE key = ?", key);
  }
}
