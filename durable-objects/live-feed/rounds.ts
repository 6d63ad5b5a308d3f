/** Runs something one round at a time. Those who ask while a round runs share the next one, which begins after they asked. */
export class Rounds {
  readonly #run: () => Promise<void>;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(run: () => Promise<void>) {
    this.#run = run;
  }

  ask(): Promise<void> {
    if (this.#running === null) return this.#begin();
    this.#next ??= this.#follow(this.#running);
    return this.#next;
  }

  async #begin(): Promise<void> {
    this.#running = this.#run();
    try {
      await this.#running;
    } finally {
      this.#running = null;
    }
  }

  async #follow(running: Promise<void>): Promise<void> {
    await Promise.allSettled([running]);
    this.#next = null;
    await this.#begin();
  }
}
