/** Keeps the k best of what it is offered; of equals, the one with the lower number. */
export class TopK {
  #size = 0;
  readonly #numbers: Uint32Array;
  readonly #scores: Float64Array;
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#numbers = new Uint32Array(capacity);
    this.#scores = new Float64Array(capacity);
  }

  /** The score that must be exceeded to get in. */
  get threshold(): number {
    return this.#size < this.#capacity ? Number.NEGATIVE_INFINITY : (this.#scores[0] ?? 0);
  }

  /** Offers a candidate; numbers must come in ascending order. */
  offer(number: number, score: number): void {
    if (this.#size < this.#capacity) {
      this.#size++;
      this.#rise(this.#size - 1, number, score);
    } else if (score > this.threshold) {
      this.#sink(number, score);
    }
  }

  /** The best first. */
  ranked(): { number: number; score: number }[] {
    return Array.from({ length: this.#size }, (_, i) => ({
      number: this.#numbers[i] ?? 0,
      score: this.#scores[i] ?? 0,
    })).sort((a, b) => b.score - a.score || a.number - b.number);
  }

  #isWorse(i: number, number: number, score: number): boolean {
    const other = this.#scores[i] ?? 0;
    return other < score || (other === score && (this.#numbers[i] ?? 0) > number);
  }

  #put(i: number, number: number, score: number): void {
    this.#numbers[i] = number;
    this.#scores[i] = score;
  }

  #rise(from: number, number: number, score: number): void {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (this.#isWorse(parent, number, score)) break;
      this.#put(i, this.#numbers[parent] ?? 0, this.#scores[parent] ?? 0);
      i = parent;
    }
    this.#put(i, number, score);
  }

  #sink(number: number, score: number): void {
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.#size) break;
      const right = child + 1;
      if (right < this.#size && this.#isWorse(right, this.#numbers[child] ?? 0, this.#scores[child] ?? 0)) {
        child = right;
      }
      if (!this.#isWorse(child, number, score)) break;
      this.#put(i, this.#numbers[child] ?? 0, this.#scores[child] ?? 0);
      i = child;
    }
    this.#put(i, number, score);
  }
}
