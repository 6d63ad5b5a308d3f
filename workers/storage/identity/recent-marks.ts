const MAX_MARKS = 10_000;

/** Remembers in this isolate what was noted lately, so that a busy key does not write to D1 with each request. */
export function recentMarks(everyMs: number) {
  const marked = new Map<string, number>();
  return {
    /** Whether to note it now; if so, it is not due again before the interval has passed. */
    isDue(id: string, now: number): boolean {
      if (now - (marked.get(id) ?? Number.NEGATIVE_INFINITY) < everyMs) return false;
      if (marked.size >= MAX_MARKS) marked.clear();
      marked.set(id, now);
      return true;
    },
  };
}
