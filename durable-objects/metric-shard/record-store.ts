export type RecordKind = "series" | "exemplars" | "metadata";

/** The door to what a restart reads before the WAL. */
export class RecordStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(kind: RecordKind, records: readonly Uint8Array<ArrayBuffer>[]): void {
    for (const record of records)
      this.#sql.exec("INSERT INTO record (kind, bytes) VALUES (?, ?)", kind, record.buffer);
  }

  replace(kind: RecordKind, records: readonly Uint8Array<ArrayBuffer>[]): void {
    this.#sql.exec("DELETE FROM record WHERE kind = ?", kind);
    this.add(kind, records);
  }

  count(kind: RecordKind): number {
    return this.#sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM record WHERE kind = ?", kind).one()
      .rows;
  }

  *read(kind: RecordKind): Generator<Uint8Array> {
    const rows = this.#sql.exec<{ bytes: ArrayBuffer }>(
      "SELECT bytes FROM record WHERE kind = ? ORDER BY id",
      kind,
    );
    for (const { bytes } of rows) yield new Uint8Array(bytes);
  }
}
