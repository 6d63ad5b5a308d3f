import type { Samples } from "../model/samples.ts";

/** Float samples of many series one after the other, in two columns that grow. */
export class FloatColumns {
  length = 0;
  times = new Float64Array(1024);
  values = new Float64Array(1024);
  /** The memory of `values`, two words a value. */
  bits = new Uint32Array(this.values.buffer);

  /** Makes room for so many more. */
  reserve(more: number): void {
    const wanted = this.length + more;
    if (wanted <= this.times.length) return;
    const room = Math.max(wanted, this.times.length * 2);
    const times = new Float64Array(room);
    const values = new Float64Array(room);
    times.set(this.times.subarray(0, this.length));
    values.set(this.values.subarray(0, this.length));
    this.times = times;
    this.values = values;
    this.bits = new Uint32Array(values.buffer);
  }

  append({ times, values, length }: Samples): void {
    this.reserve(length);
    this.times.set(times, this.length);
    this.values.set(values, this.length);
    this.length += length;
  }

  /** Copies of just what is there. */
  finish(): { times: Float64Array; values: Float64Array } {
    return { times: this.times.slice(0, this.length), values: this.values.slice(0, this.length) };
  }
}
