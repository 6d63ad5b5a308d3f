import { DurableObject } from "cloudflare:workers";
import { SlidingLog } from "../workers/limits/sliding-log.ts";
import { SlidingWindows, type StoredCounters } from "../workers/limits/sliding-window.ts";
import type { LimitWindow, TakeRequest, Verdict } from "../workers/limits/verdict.ts";

/** Counters reach the storage at most this late, in milliseconds: so much may a crash forget. */
const CHECKPOINT_MS = 1_000;

const COUNTERS = "counters";
const LOG = "log";

interface StoredLog {
  ms: number;
  hits: number[];
}

/**
 * Counts the requests of one subject. Decided in memory with nothing awaited between reading and writing, so that
 * racing requests cannot overtake the limit. Its name is a keyed hash: the object does not know whom it counts.
 */
export class RateLimiter extends DurableObject<Env> {
  #windows: SlidingWindows;
  #log: SlidingLog;
  #logMs: number;
  #checkpoint: ReturnType<typeof setTimeout> | null = null;
  #isAlarmSet = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const log = ctx.storage.kv.get<StoredLog>(LOG);
    this.#windows = new SlidingWindows(ctx.storage.kv.get<StoredCounters>(COUNTERS));
    this.#log = new SlidingLog(log?.hits);
    this.#logMs = log?.ms ?? 0;
  }

  /** Weighs one request. An exact hit is stored before the reply leaves; others with the next checkpoint. */
  take(request: TakeRequest): Verdict {
    const now = Date.now();
    if (request.kind === "exact") return this.#takeExactly(request.window, now);
    const verdict = this.#windows.take(request.windows, request.weight, now);
    if (verdict.allowed) {
      this.#checkpoint ??= setTimeout(() => this.#store(), CHECKPOINT_MS);
    }
    return verdict;
  }

  /** Deletes everything once nothing of it matters, so that a subject that is gone costs nothing. */
  override async alarm(): Promise<void> {
    const expiresAt = this.#expiresAt();
    if (expiresAt > Date.now()) {
      await this.ctx.storage.setAlarm(expiresAt);
      return;
    }
    this.#windows = new SlidingWindows();
    this.#log = new SlidingLog();
    this.#isAlarmSet = false;
    await this.ctx.storage.deleteAll();
  }

  /** The reply is held back until this write is confirmed: the runtime's output gate sees to it. */
  #takeExactly(window: LimitWindow, now: number): Verdict {
    const verdict = this.#log.take(window, now);
    if (verdict.allowed) {
      this.#logMs = window.ms;
      this.ctx.storage.kv.put<StoredLog>(LOG, { ms: window.ms, hits: this.#log.toStored() });
      this.#setAlarm();
    }
    return verdict;
  }

  /** No reply waits for this write. */
  #store(): void {
    this.#checkpoint = null;
    this.ctx.waitUntil(this.ctx.storage.put(COUNTERS, this.#windows.toStored(), { allowUnconfirmed: true }));
    this.#setAlarm();
  }

  /** One is enough: when it rings too early, it sets the next. */
  #setAlarm(): void {
    if (this.#isAlarmSet) return;
    this.#isAlarmSet = true;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(this.#expiresAt(), { allowUnconfirmed: true }));
  }

  #expiresAt(): number {
    return Math.max(this.#windows.expiresAt, this.#log.expiresAt(this.#logMs));
  }
}
