import { DEFAULT_SHARD_SETTINGS, type ShardSettings } from "../../workers/monitoring/head/shard-settings.ts";
import type { Refusals } from "./shard-stats.ts";

/** The door to the few single values of a shard. */
export class StateStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The newest record of the WAL that is sealed. */
  get sealedThrough(): number {
    return this.#read("sealed_through", 0);
  }

  set sealedThrough(sequence: number) {
    this.#write("sealed_through", sequence);
  }

  get settings(): ShardSettings {
    return { ...DEFAULT_SHARD_SETTINGS, ...this.#read<Partial<ShardSettings>>("settings", {}) };
  }

  set settings(settings: ShardSettings) {
    this.#write("settings", settings);
  }

  get refusals(): Refusals {
    return this.#read<Refusals>("refusals", {});
  }

  set refusals(refusals: Refusals) {
    this.#write("refusals", refusals);
  }

  /** No series has a number from here on, nor had one. */
  get seriesEnd(): number {
    return this.#read("series_end", 0);
  }

  set seriesEnd(end: number) {
    this.#write("series_end", end);
  }

  /** Series that had to make room for new ones. */
  get evictedSeries(): number {
    return this.#read("evicted_series", 0);
  }

  set evictedSeries(count: number) {
    this.#write("evicted_series", count);
  }

  #read<Value>(name: string, otherwise: Value): Value {
    const [row] = this.#sql.exec<{ value: string }>("SELECT value FROM state WHERE name = ?", name).toArray();
    return row === undefined ? otherwise : JSON.parse(row.value);
  }

  #write(name: string, value: unknown): void {
    this.#sql.exec("INSERT OR REPLACE INTO state VALUES (?, ?)", name, JSON.stringify(value));
  }
}
