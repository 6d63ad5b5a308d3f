import type { Histogram } from "../model/histogram.ts";
import { Samples } from "../model/samples.ts";
import { growInt32, growUint8 } from "./columns.ts";
import { orderSamples } from "./order-samples.ts";

/** Samples a cell. A series wastes half a cell on average, and each cell is a jump in memory when it is read. */
const CELL = 8;
/** A cell in memory: its times, then its values. */
const CELL_FLOATS = CELL * 2;
const CELLS_A_PAGE = 4096;
const NONE = -1;

/**
 * The samples of many series that are not sealed yet, as they came in. Memory is taken in pages of cells; the cells
 * of a series form a chain. Nothing is copied when it grows, and no series costs an object.
 */
export class SampleCells {
  readonly #floats: Float64Array[] = [];
  readonly #words: Uint32Array[] = [];
  readonly #next: Int32Array[] = [];
  readonly #histograms = new Map<number, Histogram>();
  #cells = 0;
  #first = new Int32Array(0);
  #last = new Int32Array(0);
  /** How many samples of a series' last cell are taken. */
  #filled = new Uint8Array(0);
  #isDisordered = new Uint8Array(0);
  #samples = 0;
  #oldest = Number.POSITIVE_INFINITY;
  #newest = Number.NEGATIVE_INFINITY;

  get samples(): number {
    return this.#samples;
  }

  /** Milliseconds; Infinity where there is no sample. */
  get oldest(): number {
    return this.#oldest;
  }

  /** Milliseconds; -Infinity where there is no sample. */
  get newest(): number {
    return this.#newest;
  }

  /** One more than the highest series that has samples here. */
  get seriesEnd(): number {
    return this.#first.length;
  }

  has(series: number): boolean {
    return (this.#first[series] ?? NONE) !== NONE;
  }

  /**
   * Adds a sample whose value is two words, low and high. Must be told when it may be older than another sample of its
   * series.
   */
  add(
    series: number,
    time: number,
    low: number,
    high: number,
    histogram: Histogram | null,
    isLate: boolean,
  ): void {
    if (series >= this.#first.length) this.#growSeries(series + 1);
    let cell = this.#last[series] ?? NONE;
    let place = this.#filled[series] ?? 0;
    if (cell === NONE || place === CELL) {
      cell = this.#chainCell(series, cell);
      place = 0;
    }
    const page = Math.floor(cell / CELLS_A_PAGE);
    const at = (cell % CELLS_A_PAGE) * CELL_FLOATS + place;
    const floats = this.#floats[page];
    const words = this.#words[page];
    if (floats === undefined || words === undefined) throw new RangeError("There is no such cell.");
    floats[at] = time;
    words[(at + CELL) * 2] = low;
    words[(at + CELL) * 2 + 1] = high;
    this.#filled[series] = place + 1;
    if (histogram !== null) this.#histograms.set(cell * CELL + place, histogram);
    if (isLate) this.#isDisordered[series] = 1;
    this.#samples++;
    if (time < this.#oldest) this.#oldest = time;
    if (time > this.#newest) this.#newest = time;
  }

  /** All samples of a series, in order. */
  read(series: number): Samples {
    let cells = 0;
    for (let cell = this.#first[series] ?? NONE; cell !== NONE; cell = this.#following(cell)) cells++;
    const length = cells === 0 ? 0 : (cells - 1) * CELL + (this.#filled[series] ?? 0);
    const times = new Float64Array(length);
    const values = new Float64Array(length);
    const histograms: (Histogram | null)[] | null =
      this.#histograms.size === 0 ? null : new Array<Histogram | null>(length).fill(null);
    let has = false;
    let at = 0;
    for (let cell = this.#first[series] ?? NONE; cell !== NONE; cell = this.#following(cell)) {
      const floats = this.#floats[Math.floor(cell / CELLS_A_PAGE)] ?? times;
      const start = (cell % CELLS_A_PAGE) * CELL_FLOATS;
      const count = Math.min(CELL, length - at);
      times.set(floats.subarray(start, start + count), at);
      values.set(floats.subarray(start + CELL, start + CELL + count), at);
      if (histograms !== null) {
        for (let place = 0; place < count; place++) {
          const histogram = this.#histograms.get(cell * CELL + place);
          if (histogram === undefined) continue;
          histograms[at + place] = histogram;
          has = true;
        }
      }
      at += count;
    }
    const samples = new Samples(times, values, has ? histograms : null);
    return this.#isDisordered[series] === 1 ? orderSamples(samples) : samples;
  }

  /** The sample of a series at a time, alone; null where there is none. */
  find(series: number, time: number): Samples | null {
    let left = Number.POSITIVE_INFINITY;
    for (let cell = this.#first[series] ?? NONE; cell !== NONE; cell = this.#following(cell)) {
      if (cell === this.#last[series]) left = this.#filled[series] ?? 0;
      const floats = this.#floats[Math.floor(cell / CELLS_A_PAGE)];
      if (floats === undefined) break;
      const start = (cell % CELLS_A_PAGE) * CELL_FLOATS;
      for (let place = 0; place < CELL && place < left; place++) {
        if (floats[start + place] !== time) continue;
        const at = start + CELL + place;
        const histogram = this.#histograms.get(cell * CELL + place);
        return new Samples(
          Float64Array.of(time),
          floats.slice(at, at + 1),
          histogram === undefined ? null : [histogram],
        );
      }
    }
    return null;
  }

  #following(cell: number): number {
    return this.#next[Math.floor(cell / CELLS_A_PAGE)]?.[cell % CELLS_A_PAGE] ?? NONE;
  }

  #chainCell(series: number, previous: number): number {
    const cell = this.#cells++;
    if (cell % CELLS_A_PAGE === 0) {
      const floats = new Float64Array(CELLS_A_PAGE * CELL_FLOATS);
      this.#floats.push(floats);
      this.#words.push(new Uint32Array(floats.buffer));
      this.#next.push(new Int32Array(CELLS_A_PAGE).fill(NONE));
    }
    if (previous === NONE) this.#first[series] = cell;
    else {
      const next = this.#next[Math.floor(previous / CELLS_A_PAGE)];
      if (next !== undefined) next[previous % CELLS_A_PAGE] = cell;
    }
    this.#last[series] = cell;
    return cell;
  }

  #growSeries(count: number): void {
    this.#first = growInt32(this.#first, count, NONE);
    this.#last = growInt32(this.#last, count, NONE);
    this.#filled = growUint8(this.#filled, count);
    this.#isDisordered = growUint8(this.#isDisordered, count);
  }
}
