import { QueryError } from "./query-error.ts";

/** After so many steps of work, of a microsecond at most, others get their turn. */
const WORK_A_TURN = 500_000;

export interface BudgetOptions {
  /** How many samples may be held in memory at once. */
  readonly maxSamples: number;
  /** When the query must have ended, in milliseconds since 1970. */
  readonly deadline: number | null;
  readonly now: () => number;
  readonly signal: AbortSignal | null;
  /** Lets other requests of the isolate run; a clock that stands still during computation moves on with it. */
  readonly yieldToOthers: () => Promise<void>;
}

/** What a query may use up, and what it has used. */
export class Budget {
  readonly #options: BudgetOptions;
  #held = 0;
  #peak = 0;
  #touched = 0;
  #work = 0;

  constructor(options: BudgetOptions) {
    this.#options = options;
  }

  /** The most samples that were held at once. */
  get peak(): number {
    return this.#peak;
  }

  /** Samples that the query looked at, each as often as it did: of a window at every step. */
  get touched(): number {
    return this.#touched;
  }

  touch(samples: number): void {
    this.#touched += samples;
    this.#work += samples;
  }

  /** Work that touches no samples: a step that was looked at, a pair that was compared. */
  spend(work: number): void {
    this.#work += work;
  }

  /** Whether so much was done since the last one that a checkpoint is due. */
  get isTurnOver(): boolean {
    return this.#work >= WORK_A_TURN;
  }

  /** @throws QueryError where they are too many */
  hold(samples: number): void {
    this.ensureRoom(samples);
    this.#held += samples;
    if (this.#held > this.#peak) this.#peak = this.#held;
  }

  /** @throws QueryError where so many samples more would be too many */
  ensureRoom(samples: number): void {
    if (this.#held + samples <= this.#options.maxSamples) return;
    throw new QueryError(
      "execution",
      "query processing would load too many samples into memory in query execution",
    );
  }

  release(samples: number): void {
    this.#held -= samples;
  }

  /** To be called between batches, and wherever much was done. @throws QueryError for a query that is late or not wanted any more */
  async checkpoint(): Promise<void> {
    if (this.isTurnOver) {
      this.#work = 0;
      await this.#options.yieldToOthers();
    }
    if (this.#options.signal?.aborted) {
      throw new QueryError("canceled", "query was canceled in expression evaluation");
    }
    if (this.#options.deadline !== null && this.#options.now() > this.#options.deadline) {
      throw new QueryError("timeout", "query timed out in expression evaluation");
    }
  }
}
