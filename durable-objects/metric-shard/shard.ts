import { findRows } from "../../workers/monitoring/chunks/blob-directory.ts";
import { decodeChunk } from "../../workers/monitoring/chunks/chunk.ts";
import { DamagedChunkError } from "../../workers/monitoring/chunks/damaged-chunk-error.ts";
import { BatchAppender } from "../../workers/monitoring/head/batch-appender.ts";
import { Head } from "../../workers/monitoring/head/head.ts";
import { cutSamples, mergeSamples } from "../../workers/monitoring/head/order-samples.ts";
import type { ShardBatch } from "../../workers/monitoring/head/shard-batch.ts";
import { DAY, dayOf, type ShardSettings } from "../../workers/monitoring/head/shard-settings.ts";
import { RecordWriter, readRecord } from "../../workers/monitoring/head/wal-record.ts";
import type { AppendResult } from "../../workers/monitoring/model/sample-batch.ts";
import type { Samples } from "../../workers/monitoring/model/samples.ts";
import { BlockStore } from "./block-store.ts";
import { RecordStore } from "./record-store.ts";
import { createTables } from "./schema.ts";
import type { Refusals } from "./shard-stats.ts";
import { StateStore } from "./state-store.ts";
import { TipStore } from "./tip-store.ts";
import { WalStore } from "./wal-store.ts";

/** Records of series that were registered a few at a time are written anew when there are so many. */
const MANY_RECORDS = 64;

/** Chunks of sealed samples that stay decoded while late samples are held against them. */
const DECODED_CHUNKS = 4;

/** Where the WAL and the series stood when samples were set aside to be sealed. */
export interface SealMark {
  readonly sequence: number;
  readonly series: number;
}

/** A shard as it was stored: what is in memory, and the doors to what is not. */
export class Shard {
  readonly head: Head;
  readonly wal: WalStore;
  readonly blocks: BlockStore;
  readonly #appender: BatchAppender;
  readonly #decoded = new Map<string, Samples>();
  readonly #records: RecordStore;
  readonly #tips: TipStore;
  readonly #state: StateStore;
  readonly #refusals: Refusals;
  #settings: ShardSettings;
  /** Series below this number are stored outside the WAL. */
  #storedSeries: number;

  constructor(sql: SqlStorage) {
    createTables(sql);
    this.#state = new StateStore(sql);
    this.#records = new RecordStore(sql);
    this.#tips = new TipStore(sql);
    this.blocks = new BlockStore(sql);
    this.wal = new WalStore(sql, this.#state.sealedThrough);
    this.#settings = this.#state.settings;
    this.#refusals = this.#state.refusals;
    this.head = new Head(() => this.#settings.maxExemplars);
    this.#appender = new BatchAppender(this.head, (series, time) => this.#findSealed(series, time));
    for (const record of this.#records.read("series")) readRecord(record, this.head);
    this.#storedSeries = this.head.table.end;
    this.#tips.load(this.head.table);
    for (const kind of ["exemplars", "metadata"] as const) {
      for (const record of this.#records.read(kind)) readRecord(record, this.head);
    }
    for (const record of this.wal.replay()) readRecord(record, this.head);
    this.head.table.skipTo(this.#state.seriesEnd);
  }

  get settings(): ShardSettings {
    return this.#settings;
  }

  set settings(settings: ShardSettings) {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#state.settings = settings;
    this.#settings = settings;
  }

  get refusals(): Refusals {
    return this.#refusals;
  }

  /** Samples of earlier days are gone, and rollups of them complete: milliseconds since 1970. */
  get keptFrom(): number {
    return (this.blocks.newestRolledDay + 1) * DAY;
  }

  append(batch: ShardBatch, now: number): AppendResult {
    const { result, records } = this.#appender.append(batch, this.#settings, now, this.keptFrom);
    for (const record of records) this.wal.append(record, now);
    for (const { reason } of result.refused) this.#refusals[reason] = (this.#refusals[reason] ?? 0) + 1;
    return result;
  }

  /** Sets the unsealed samples aside. */
  freeze(): SealMark {
    this.head.freeze();
    return { sequence: this.wal.sequence, series: this.head.table.end };
  }

  /** Lets the WAL be written over up to where it stood when samples were set aside. */
  release({ sequence, series }: SealMark): void {
    const { table, frozen } = this.head;
    this.#storeSeries(series);
    this.#storeExtras();
    this.#tips.save(table, (changed) => frozen?.has(changed) === true);
    this.#state.refusals = this.#refusals;
    this.#state.sealedThrough = sequence;
    this.wal.free(sequence);
    this.head.release();
  }

  get evictedSeries(): number {
    return this.#state.evictedSeries;
  }

  /** Forgets series to make room for others. Rollups that blocks have of them are not read any more. */
  evictSeries(evicted: ReadonlySet<number>): void {
    this.dropSeries((series) => evicted.has(series));
    this.#state.evictedSeries += evicted.size;
  }

  /** Forgets series. Their numbers are not given again, after a restart either. */
  dropSeries(isGone: (series: number) => boolean): void {
    this.head.dropSeries(isGone);
    this.#state.seriesEnd = this.head.table.end;
    this.#storedSeries = 0;
    this.#records.replace("series", []);
    this.#storeSeries(this.head.table.end);
    this.#storeExtras();
  }

  #storeSeries(end: number): void {
    const isFragmented = this.#records.count("series") >= MANY_RECORDS;
    const { table } = this.head;
    const writer = new RecordWriter();
    for (let series = isFragmented ? 0 : this.#storedSeries; series < end; series++) {
      if (!table.has(series)) continue;
      const { low, high } = table.hash(series);
      writer.series(series, table.labels(series), low, high);
    }
    if (isFragmented) this.#records.replace("series", writer.take());
    else this.#records.add("series", writer.take());
    this.#storedSeries = end;
  }

  #storeExtras(): void {
    const { exemplars, metadataOf } = this.head;
    const writer = new RecordWriter();
    for (const exemplar of exemplars) writer.exemplar(exemplar);
    this.#records.replace("exemplars", writer.take());
    for (const metadata of metadataOf.values()) writer.metadata(metadata);
    this.#records.replace("metadata", writer.take());
  }

  #findSealed(series: number, time: number): Samples | null {
    const day = dayOf(time);
    const chunks = this.blocks.all
      .filter((block) => block.day === day && block.resolution === "raw" && block.place !== "cold")
      .flatMap(({ blobs }) => blobs)
      .filter(
        ({ firstSeries, lastSeries, start, end }) =>
          firstSeries <= series && series <= lastSeries && start <= time && time <= end,
      )
      .flatMap(({ blob }) => this.#readSealed(blob, series, time));
    const found = mergeSamples(chunks);
    return found.length === 0 ? null : found;
  }

  /** What is damaged can be held against nothing: that is no reason to refuse the whole batch. */
  #readSealed(blob: number, series: number, time: number): Samples[] {
    try {
      const rows = findRows(this.blocks.open(blob).directory, series, time, time);
      return rows.map((row) => cutSamples(this.#decode(blob, row), time, time));
    } catch (error) {
      if (error instanceof DamagedChunkError) return [];
      throw error;
    }
  }

  /** A request that is sent again asks for one sample of a chunk after the other. */
  #decode(blob: number, row: number): Samples {
    const key = `${blob} ${row}`;
    const samples = this.#decoded.get(key) ?? decodeChunk(this.blocks.open(blob).chunk(row));
    this.#decoded.delete(key);
    this.#decoded.set(key, samples);
    const [oldest] = this.#decoded.keys();
    if (this.#decoded.size > DECODED_CHUNKS && oldest !== undefined) this.#decoded.delete(oldest);
    return samples;
  }
}
