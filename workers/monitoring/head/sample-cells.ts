import type { Histogram } from "../model/histogram.ts";
import { Samples } from "../model/samples.ts";
import { growInt32, growUint8, growUint32 } from "./columns.ts";
import type { FloatColumns } from "./float-columns.ts";
import { cutSamples, orderSamples } from "./order-samples.ts";
import { TimeTable } from "./time-table.ts";

/** Samples a cell. A series wastes half a cell on average, and each cell is a jump in memory when it is read. */
const CELL = 8;
/** A cell in memory: its times, then its values. */
const CELL_FLOATS = CELL * 2;
/** What a histogram takes, a kilobyte or two, in samples of 16 bytes. */
const FLOATS_A_HISTOGRAM = 100;
const CELLS_A_PAGE = 4096;
const NONE = -1;
/** Series with more samples are not searched sample by sample. */
const MANY_SAMPLES = 64;
/** Traits of a series: samples may not be in order; some are histograms. */
const DISORDERED = 1;
const HISTOGRAMS = 2;

/**
 * The samples of many series that are not sealed yet, as they came in. Memory is taken in pages of cells; the cells
 * of a series form a chain. Nothing is copied when it grows, and no series costs an object.
 */
export class SampleCells {
  readonly #floats: Float64Array[] = [];
  readonly #words: Uint32Array[] = [];
  readonly #next: Int32Array[] = [];
  readonly #histograms = new Map<number, Histogram>();
  /** Of series in which single samples are looked for; made when that would take long. */
  readonly #tables = new Map<number, TimeTable>();
  #cells = 0;
  #first = new Int32Array(0);
  #last = new Int32Array(0);
  /** How many samples each series has. */
  #counts = new Uint32Array(0);
  #traits = new Uint8Array(0);
  #samples = 0;
  #oldest = Number.POSITIVE_INFINITY;
  #newest = Number.NEGATIVE_INFINITY;

  get samples(): number {
    return this.#samples;
  }

  /** How much memory is taken, counted in float samples. */
  get load(): number {
    return this.#samples + this.#histograms.size * FLOATS_A_HISTOGRAM;
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
    const count = this.#counts[series] ?? 0;
    const place = count % CELL;
    if (place === 0) cell = this.#chainCell(series, cell);
    const page = Math.floor(cell / CELLS_A_PAGE);
    const at = (cell % CELLS_A_PAGE) * CELL_FLOATS + place;
    const floats = this.#floats[page];
    const words = this.#words[page];
    if (floats === undefined || words === undefined) throw new RangeError("There is no such cell.");
    floats[at] = time;
    words[(at + CELL) * 2] = low;
    words[(at + CELL) * 2 + 1] = high;
    this.#counts[series] = count + 1;
    if (this.#tables.size > 0) this.#tables.get(series)?.add(time, cell * CELL + place);
    if (isLate) this.#mark(series, DISORDERED);
    if (histogram !== null) {
      this.#mark(series, HISTOGRAMS);
      this.#histograms.set(cell * CELL + place, histogram);
    }
    this.#samples++;
    if (time < this.#oldest) this.#oldest = time;
    if (time > this.#newest) this.#newest = time;
  }

  /** The samples of a series with `start <= time <= end`, in order; all of them where no range is given. */
  read(series: number, start = Number.NEGATIVE_INFINITY, end = Number.POSITIVE_INFINITY): Samples {
    const isOrdered = !this.#is(series, DISORDERED);
    let left = this.#counts[series] ?? 0;
    let cell = this.#first[series] ?? NONE;
    // Whole cells that are too old are passed over; the newest one, which may not be full, is not looked at.
    for (; isOrdered && left > CELL && this.#lastTime(cell) < start; cell = this.#following(cell))
      left -= CELL;
    const samples = this.#copy(cell, left, this.#is(series, HISTOGRAMS));
    return cutSamples(isOrdered ? samples : orderSamples(samples), start, end);
  }

  /**
   * Appends what {@link SampleCells.read} gives, without making anything for each series.
   *
   * @returns false, with nothing appended, where there are histograms, for which columns have no place
   */
  copyTo(columns: FloatColumns, series: number, start: number, end: number): boolean {
    if (this.#is(series, HISTOGRAMS)) return false;
    if (this.#is(series, DISORDERED)) {
      columns.append(this.read(series, start, end));
      return true;
    }
    let left = this.#counts[series] ?? 0;
    let cell = this.#first[series] ?? NONE;
    for (; left > CELL && this.#lastTime(cell) < start; cell = this.#following(cell)) left -= CELL;
    columns.reserve(left);
    const { times, bits } = columns;
    let at = columns.length;
    for (; left > 0; left -= CELL, cell = this.#following(cell)) {
      const page = Math.floor(cell / CELLS_A_PAGE);
      const floats = this.#floats[page];
      const words = this.#words[page];
      if (floats === undefined || words === undefined) break;
      const from = (cell % CELLS_A_PAGE) * CELL_FLOATS;
      const to = from + Math.min(CELL, left);
      for (let place = from; place < to; place++) {
        const time = floats[place] ?? 0;
        if (time < start || time > end) continue;
        times[at] = time;
        bits[at * 2] = words[(place + CELL) * 2] ?? 0;
        bits[at * 2 + 1] = words[(place + CELL) * 2 + 1] ?? 0;
        at++;
      }
    }
    columns.length = at;
    return true;
  }

  /** The sample of a series at a time, alone; null where there is none. */
  find(series: number, time: number): Samples | null {
    const place = this.#placeOf(series, time);
    const floats = this.#floats[Math.floor(place / CELL / CELLS_A_PAGE)];
    if (place === NONE || floats === undefined) return null;
    const at = floatOf(place) + CELL;
    const histogram = this.#histograms.get(place);
    return new Samples(
      Float64Array.of(time),
      floats.slice(at, at + 1),
      histogram === undefined ? null : [histogram],
    );
  }

  #placeOf(series: number, time: number): number {
    if ((this.#counts[series] ?? 0) > MANY_SAMPLES) return this.#tableOf(series).find(time);
    for (const place of this.#placesOf(series)) if (this.#timeAt(place) === time) return place;
    return NONE;
  }

  #tableOf(series: number): TimeTable {
    const known = this.#tables.get(series);
    if (known !== undefined) return known;
    const table = new TimeTable((place) => this.#timeAt(place));
    for (const place of this.#placesOf(series)) table.add(this.#timeAt(place), place);
    this.#tables.set(series, table);
    return table;
  }

  /** A place is the number of a cell, times its samples, and one of them. */
  *#placesOf(series: number): Generator<number> {
    let left = this.#counts[series] ?? 0;
    for (let cell = this.#first[series] ?? NONE; left > 0; cell = this.#following(cell), left -= CELL) {
      for (let place = 0; place < CELL && place < left; place++) yield cell * CELL + place;
    }
  }

  #timeAt(place: number): number {
    return this.#floats[Math.floor(place / CELL / CELLS_A_PAGE)]?.[floatOf(place)] ?? 0;
  }

  /** As many samples as are asked for, from the first of a cell on. */
  #copy(first: number, length: number, mayHaveHistograms: boolean): Samples {
    const times = new Float64Array(length);
    const values = new Float64Array(length);
    const bits = new Uint32Array(values.buffer);
    const histograms = mayHaveHistograms ? new Array<Histogram | null>(length).fill(null) : null;
    let hasHistogram = false;
    let at = 0;
    for (let cell = first; at < length; cell = this.#following(cell)) {
      const page = Math.floor(cell / CELLS_A_PAGE);
      const floats = this.#floats[page] ?? times;
      const words = this.#words[page] ?? bits;
      const place = (cell % CELLS_A_PAGE) * CELL_FLOATS;
      const count = Math.min(CELL, length - at);
      for (let i = 0; i < count; i++) {
        times[at + i] = floats[place + i] ?? 0;
        bits[(at + i) * 2] = words[(place + CELL + i) * 2] ?? 0;
        bits[(at + i) * 2 + 1] = words[(place + CELL + i) * 2 + 1] ?? 0;
      }
      for (let i = 0; histograms !== null && i < count; i++) {
        const histogram = this.#histograms.get(cell * CELL + i);
        if (histogram === undefined) continue;
        histograms[at + i] = histogram;
        hasHistogram = true;
      }
      at += count;
    }
    return new Samples(times, values, hasHistogram ? histograms : null);
  }

  /** The time of the last sample of a full cell. */
  #lastTime(cell: number): number {
    return (
      this.#floats[Math.floor(cell / CELLS_A_PAGE)]?.[(cell % CELLS_A_PAGE) * CELL_FLOATS + CELL - 1] ?? 0
    );
  }

  #is(series: number, trait: number): boolean {
    return ((this.#traits[series] ?? 0) & trait) !== 0;
  }

  #mark(series: number, trait: number): void {
    this.#traits[series] = (this.#traits[series] ?? 0) | trait;
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
    this.#counts = growUint32(this.#counts, count);
    this.#traits = growUint8(this.#traits, count);
  }
}

/** Where in its page a place's time is; its value follows a cell later. */
function floatOf(place: number): number {
  return (Math.floor(place / CELL) % CELLS_A_PAGE) * CELL_FLOATS + (place % CELL);
}
