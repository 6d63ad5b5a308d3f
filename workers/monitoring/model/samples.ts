import type { Histogram } from "./histogram.ts";

/** The two halves of Prometheus' stale marker, a NaN with bits of its own (model/value/value.go: StaleNaN). */
const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 0x00000002;

/** Of a little-endian machine, as every one is that runs this. */
const HIGH = 1;
const LOW = 0;

/**
 * Samples of one series, ascending by time, no time twice. A histogram sample has its histogram at its place and NaN
 * for a value. A stale marker is told from other NaNs by its bits, which no JavaScript number is sure to keep: values
 * are copied through `bits`, never through a variable, where a stale marker may be among them.
 */
export class Samples {
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** The memory of `values`, two words a value. */
  readonly bits: Uint32Array;
  /** Null where every sample is a float. */
  readonly histograms: readonly (Histogram | null)[] | null;

  constructor(
    times: Float64Array,
    values: Float64Array,
    histograms: readonly (Histogram | null)[] | null = null,
  ) {
    this.times = times;
    this.values = values;
    this.bits = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    this.histograms = histograms;
  }

  get length(): number {
    return this.times.length;
  }

  isStale(index: number): boolean {
    return this.bits[index * 2 + HIGH] === STALE_HIGH && this.bits[index * 2 + LOW] === STALE_LOW;
  }
}

/** Writes a stale marker over the value at an index. */
export function markStale(bits: Uint32Array, index: number): void {
  bits[index * 2 + HIGH] = STALE_HIGH;
  bits[index * 2 + LOW] = STALE_LOW;
}
