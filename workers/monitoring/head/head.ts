import type { Histogram } from "../model/histogram.ts";
import { Labels } from "../model/labels.ts";
import type { AppendResult, MetricMetadata, RefusalReason } from "../model/sample-batch.ts";
import type { Samples } from "../model/samples.ts";
import { ExemplarRing, type KeptExemplar } from "./exemplar-ring.ts";
import type { FloatColumns } from "./float-columns.ts";
import { mergeSamples } from "./order-samples.ts";
import { Postings } from "./postings.ts";
import { SampleCells } from "./sample-cells.ts";
import { SeriesTable } from "./series-table.ts";
import type { ShardBatch } from "./shard-batch.ts";
import { DAY, type ShardSettings } from "./shard-settings.ts";
import { type RecordReader, RecordWriter } from "./wal-record.ts";

const UNKNOWN = -1;
/** The exponent bits of infinities and NaNs. */
const NOT_FINITE = 0x7ff00000;

/** The sealed sample of a series at a time, alone; null where there is none. */
export type FindSealed = (series: number, time: number) => Samples | null;

/**
 * What a shard has in memory: its series, the samples that are not sealed, exemplars and metadata. Whatever changes
 * it is written to records, from which the same head can be made again.
 */
export class Head implements RecordReader {
  #table = new SeriesTable();
  #cells = new SampleCells();
  /** Samples that are being sealed: still read, no longer added to. */
  #frozen: SampleCells | null = null;
  readonly #postings = new Postings(this.#table);
  readonly #exemplars = new ExemplarRing();
  readonly #metadata = new Map<string, MetricMetadata>();
  readonly #writer = new RecordWriter();
  readonly #findSealed: FindSealed;
  #maxExemplars: number;

  constructor(findSealed: FindSealed, maxExemplars: number) {
    this.#findSealed = findSealed;
    this.#maxExemplars = maxExemplars;
  }

  get table(): SeriesTable {
    return this.#table;
  }

  get postings(): Postings {
    return this.#postings;
  }

  get exemplars(): Iterable<KeptExemplar> & { readonly size: number } {
    return this.#exemplars;
  }

  get metadataOf(): ReadonlyMap<string, MetricMetadata> {
    return this.#metadata;
  }

  /** The samples that go into the next seal. */
  get cells(): SampleCells {
    return this.#cells;
  }

  get frozen(): SampleCells | null {
    return this.#frozen;
  }

  /**
   * Takes what it can of a batch.
   *
   * @param now milliseconds since 1970
   * @returns the reply, and the records that must be durable before it is given
   */
  append(
    batch: ShardBatch,
    settings: ShardSettings,
    now: number,
  ): { result: AppendResult; records: Uint8Array<ArrayBuffer>[] } {
    this.#maxExemplars = settings.maxExemplars;
    const judged = this.#judge(batch, settings, now);
    this.#writer.samples(judged);
    for (const { sample, histogram } of batch.histograms) {
      if (judged.isTaken[sample] !== 1) continue;
      this.#writer.histogram(judged.series[sample] ?? 0, batch.times[sample] ?? 0, histogram);
    }
    this.#takeExemplars(batch);
    this.#takeMetadata(batch);
    const accepted = batch.times.length - judged.refused.length;
    return { result: { accepted, refused: judged.refused }, records: this.#writer.take() };
  }

  /** The samples of a series that are not sealed and have `start <= time <= end`, in order. */
  read(series: number, start: number, end: number): Samples {
    const fresh = this.#cells.read(series, start, end);
    return this.#frozen?.has(series) === true
      ? mergeSamples([this.#frozen.read(series, start, end), fresh])
      : fresh;
  }

  /**
   * Appends what {@link Head.read} gives.
   *
   * @returns false, with nothing appended, where there may be histograms
   */
  copyTo(columns: FloatColumns, series: number, start: number, end: number): boolean {
    const from = columns.length;
    if (this.#frozen?.has(series) === true && !this.#frozen.copyTo(columns, series, start, end)) return false;
    const seam = columns.length;
    if (!this.#cells.copyTo(columns, series, start, end)) {
      columns.length = from;
      return false;
    }
    const isLate = seam > from && (columns.times[seam] ?? 0) <= (columns.times[seam - 1] ?? 0);
    if (isLate && seam < columns.length) {
      columns.length = from;
      columns.append(this.read(series, start, end));
    }
    return true;
  }

  /** Sets the samples aside that are sealed now; what comes in from here on goes into the next seal. */
  freeze(): SampleCells {
    if (this.#frozen !== null) throw new Error("Samples are being sealed already.");
    this.#frozen = this.#cells;
    this.#cells = new SampleCells();
    return this.#frozen;
  }

  /** Forgets the samples that were set aside: they are sealed. */
  release(): void {
    this.#frozen = null;
  }

  /** Forgets series of which nothing is left. */
  dropSeries(isGone: (series: number) => boolean): void {
    this.#table = this.#table.without(isGone);
    this.#postings.reset(this.#table);
    this.#exemplars.keep((series) => this.#table.has(series));
  }

  series(series: number, labels: Uint8Array, low: number, high: number): void {
    if (!this.#table.has(series)) this.#table.restore(series, labels, low, high);
  }

  sample(series: number, time: number, low: number, high: number, histogram: Histogram | null): void {
    this.#cells.add(series, time, low, high, histogram, time <= this.#table.last(series));
    this.#table.touch(series, time, low, high);
  }

  exemplar(exemplar: KeptExemplar): void {
    this.#exemplars.add(exemplar, this.#maxExemplars);
  }

  metadata(metadata: MetricMetadata): void {
    this.#metadata.set(metadata.metric, metadata);
  }

  #judge(batch: ShardBatch, settings: ShardSettings, now: number) {
    const { times, values } = batch;
    const count = times.length;
    const bits = new Uint32Array(values.buffer, values.byteOffset, count * 2);
    const known = new Int32Array(batch.labelEnds.length).fill(UNKNOWN);
    const histograms = new Map(batch.histograms.map(({ sample, histogram }) => [sample, histogram]));
    const series = new Int32Array(count);
    const places = new Uint32Array(count);
    const isTaken = new Uint8Array(count);
    const refused: { sample: number; reason: RefusalReason }[] = [];
    const oldest = now - settings.retentionDays.raw * DAY;
    const newest = now + settings.futureMs;
    let taken = 0;
    for (let sample = 0; sample < count; sample++) {
      const time = times[sample] ?? 0;
      const histogram = histograms.size === 0 ? null : (histograms.get(sample) ?? null);
      let reason: RefusalReason | "again" | null = null;
      let id = UNKNOWN;
      if (time < oldest) reason = "too_old";
      else if (time > newest) reason = "too_far_in_future";
      else if (!Number.isSafeInteger(time)) reason = "invalid_timestamp";
      else {
        const place = batch.series[sample] ?? 0;
        id = known[place] ?? UNKNOWN;
        if (id === UNKNOWN) {
          id = this.#resolve(batch, place, settings.maxSeries);
          known[place] = id;
        }
        if (id === UNKNOWN) reason = "series_limit";
      }
      const low = bits[sample * 2] ?? 0;
      const high = bits[sample * 2 + 1] ?? 0;
      const last = id === UNKNOWN ? Number.NEGATIVE_INFINITY : this.#table.last(id);
      if (reason === null && time <= last) {
        reason = this.#judgeLate(id, time, low, high, histogram, settings.outOfOrderMs);
      }
      if (reason === null) {
        this.sample(id, time, low, high, histogram);
        series[sample] = id;
        isTaken[sample] = 1;
        if (histogram === null) places[taken++] = sample;
      } else if (reason !== "again") refused.push({ sample, reason });
    }
    return { series, times, bits, places: places.subarray(0, taken), isTaken, refused };
  }

  /** @returns "again" for a sample that is there already */
  #judgeLate(
    series: number,
    time: number,
    low: number,
    high: number,
    histogram: Histogram | null,
    windowMs: number,
  ): RefusalReason | "again" | null {
    const table = this.#table;
    const isNumber = (high & NOT_FINITE) !== NOT_FINITE;
    if (time === table.last(series) && isNumber) {
      return low === table.lastLow(series) && high === table.lastHigh(series)
        ? "again"
        : "duplicate_timestamp";
    }
    if (time < table.last(series) - windowMs) return "out_of_order";
    const there =
      this.#cells.find(series, time) ?? this.#frozen?.find(series, time) ?? this.#findSealed(series, time);
    if (there === null) return null;
    const isSame =
      there.bits[0] === low &&
      there.bits[1] === high &&
      textOf(there.histograms?.[0] ?? null) === textOf(histogram);
    return isSame ? "again" : "duplicate_timestamp";
  }

  /** The number of a series of the batch, a new one where it is unknown, or -1 where there are too many. */
  #resolve(batch: ShardBatch, place: number, maxSeries: number): number {
    const found = this.#find(batch, place);
    if (found !== UNKNOWN) return found;
    if (this.#table.size >= maxSeries) return UNKNOWN;
    const start = place === 0 ? 0 : (batch.labelEnds[place - 1] ?? 0);
    const end = batch.labelEnds[place] ?? 0;
    const low = batch.hashes[place * 2] ?? 0;
    const high = batch.hashes[place * 2 + 1] ?? 0;
    const series = this.#table.add(batch.labelBytes, start, end, low, high);
    this.#writer.series(series, batch.labelBytes.subarray(start, end), low, high);
    return series;
  }

  #find(batch: ShardBatch, place: number): number {
    return this.#table.find(
      batch.labelBytes,
      place === 0 ? 0 : (batch.labelEnds[place - 1] ?? 0),
      batch.labelEnds[place] ?? 0,
      batch.hashes[place * 2] ?? 0,
      batch.hashes[place * 2 + 1] ?? 0,
    );
  }

  #takeExemplars(batch: ShardBatch): void {
    for (const { series: place, labels, value, time } of batch.exemplars) {
      const series = this.#find(batch, place);
      if (series === UNKNOWN) continue;
      const kept = { series, labels: new Labels(labels), value, time };
      if (this.#exemplars.add(kept, this.#maxExemplars)) this.#writer.exemplar(kept);
    }
  }

  #takeMetadata(batch: ShardBatch): void {
    for (const metadata of batch.metadata) {
      const known = this.#metadata.get(metadata.metric);
      const { type, help, unit } = metadata;
      if (known?.type === type && known.help === help && known.unit === unit) continue;
      this.#metadata.set(metadata.metric, metadata);
      this.#writer.metadata(metadata);
    }
  }
}

/** Equal for equal histograms; JSON alone would take NaN for Infinity. */
function textOf(histogram: Histogram | null): string {
  return JSON.stringify(histogram, (_, value) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}
