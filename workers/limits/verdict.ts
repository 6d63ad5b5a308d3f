/** How much may happen within a time. Windows are aligned to the epoch and told apart by their length. */
export interface LimitWindow {
  /** What callers see it called. */
  name: string;
  limit: number;
  ms: number;
}

/** A window after a request was weighed. */
export interface WindowState extends LimitWindow {
  remaining: number;
  /** Milliseconds until the next request gets in; until the window ends while something is left. */
  resetMs: number;
}

export interface Verdict {
  allowed: boolean;
  windows: WindowState[];
  /** Milliseconds until the same request would get in, if nothing else does before; 0 when it did. */
  retryAfterMs: number;
}

/** One request to be weighed. Those of one subject come with the same windows. */
export type TakeRequest =
  | { kind: "sliding"; windows: LimitWindow[]; weight: number }
  | { kind: "exact"; window: LimitWindow };

/** What counts the requests of one subject. */
export interface Limiter {
  take(request: TakeRequest): Promise<Verdict>;
}
