interface LiveRecord {
  slot: number;
  sequence: number;
  writtenAt: number;
  bytes: number;
}

/** The door to the write-ahead log in SQLite. Callers put writes that belong together into one transaction. */
export class WalStore {
  readonly #sql: SqlStorage;
  #sequence: number;
  #live: LiveRecord[] = [];
  #free: number[] = [];
  #slots = 0;
  #bytes = 0;

  /** @param sealedThrough the newest record that is sealed */
  constructor(sql: SqlStorage, sealedThrough: number) {
    this.#sql = sql;
    this.#sequence = sealedThrough;
    const rows = sql.exec<{ slot: number; sequence: number; writtenAt: number; bytes: number }>(
      "SELECT slot, sequence, written_at AS writtenAt, length(record) AS bytes FROM wal",
    );
    for (const row of rows) {
      this.#slots = Math.max(this.#slots, row.slot + 1);
      if (row.sequence <= sealedThrough) {
        this.#free.push(row.slot);
        continue;
      }
      this.#live.push(row);
      this.#bytes += row.bytes;
      this.#sequence = Math.max(this.#sequence, row.sequence);
    }
    this.#live.sort((a, b) => a.sequence - b.sequence);
  }

  /** The number of the newest record. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Bytes of the records that are not sealed. */
  get bytes(): number {
    return this.#bytes;
  }

  /** When the first and the last record were written that are not sealed; null where there is none. */
  get writtenAt(): { oldest: number; newest: number } | null {
    const [oldest] = this.#live;
    const newest = this.#live.at(-1);
    return oldest === undefined || newest === undefined
      ? null
      : { oldest: oldest.writtenAt, newest: newest.writtenAt };
  }

  /** @param writtenAt milliseconds since 1970 */
  append(record: Uint8Array<ArrayBuffer>, writtenAt: number): void {
    const sequence = this.#sequence + 1;
    const slot = this.#free.pop() ?? this.#slots++;
    this.#sql.exec(
      "INSERT OR REPLACE INTO wal VALUES (?, ?, ?, ?)",
      slot,
      sequence,
      writtenAt,
      record.buffer,
    );
    this.#sequence = sequence;
    this.#live.push({ slot, sequence, writtenAt, bytes: record.length });
    this.#bytes += record.length;
  }

  /** The records that are not sealed, in the order in which they were written. */
  *replay(): Generator<Uint8Array> {
    for (const { slot } of this.#live) {
      const { record } = this.#sql
        .exec<{ record: ArrayBuffer }>("SELECT record FROM wal WHERE slot = ?", slot)
        .one();
      yield new Uint8Array(record);
    }
  }

  /** The slots of records up to this one may be written over. */
  free(through: number): void {
    const freed = this.#live.filter(({ sequence }) => sequence <= through);
    this.#live = this.#live.filter(({ sequence }) => sequence > through);
    this.#free.push(...freed.map(({ slot }) => slot));
    this.#bytes = this.#live.reduce((bytes, row) => bytes + row.bytes, 0);
  }
}
