import type { Histogram } from "../model/histogram.ts";
import type { MetricMetadata } from "../model/sample-batch.ts";
import type { Samples } from "../model/samples.ts";
import { ExemplarRing, type KeptExemplar } from "./exemplar-ring.ts";
import type { FloatColumns } from "./float-columns.ts";
import { mergeSamples } from "./order-samples.ts";
import { Postings } from "./postings.ts";
import { SampleCells } from "./sample-cells.ts";
import { SeriesTable } from "./series-table.ts";
import type { RecordReader } from "./wal-record.ts";

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
  readonly #maxExemplars: () => number;

  constructor(maxExemplars: () => number) {
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

  /** The samples of a series that are not sealed and have `start <= time <= end`, in order. */
  read(series: number, start: number, end: number): Samples {
    const fresh = this.#cells.read(series, start, end);
    return this.#frozen?.has(series) === true
      ? mergeSamples([this.#frozen.read(series, start, end), fresh])
      : fresh;
  }

  /** The unsealed sample of a series at a time, alone; null where there is none. */
  find(series: number, time: number): Samples | null {
    return this.#cells.find(series, time) ?? this.#frozen?.find(series, time) ?? null;
  }

  /**
   * Appends what {@link Head.read} gives.
   *
   * @returns false, with nothing appended, where there are histograms
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

  /** Forgets series. */
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

  /** @returns false for one that is there already */
  exemplar(exemplar: KeptExemplar): boolean {
    return this.#exemplars.add(exemplar, this.#maxExemplars());
  }

  metadata(metadata: MetricMetadata): void {
    this.#metadata.set(metadata.metric, metadata);
  }
}
