/** The transactions of upkeep, which give way to others between them. */
export class Commits {
  readonly #storage: DurableObjectStorage;
  #isStopped = false;
  #hasFailed = false;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Whether a change failed: it is undone where it is stored, but not in memory. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** What is in memory was made anew: nothing of what is under way may be stored. */
  stop(): void {
    this.#isStopped = true;
  }

  commit<Result>(change: () => Result): Result {
    if (this.#isStopped) throw new Error("The shard was read anew meanwhile.");
    try {
      return this.#storage.transactionSync(change);
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }
}
