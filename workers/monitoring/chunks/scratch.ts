/** Memory that an encoder uses again from call to call. What it holds is lost at the next call. */
export class Scratch {
  #numbers = new Float64Array(512);

  /** At least so many numbers, of unknown content. */
  take(length: number): Float64Array {
    if (this.#numbers.length < length) this.#numbers = new Float64Array(length * 2);
    return this.#numbers;
  }
}
