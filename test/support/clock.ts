import { afterAll, beforeEach, vi } from "vitest";

/**
 * A clock for a file's tests that stands still until it is set forward. It never goes back, from test to test either,
 * as no isolate has met a clock that does.
 *
 * @returns sets the clock forward, in milliseconds
 */
export function useClock(): (ms: number) => void {
  let now = Date.now();
  const set = () => vi.useFakeTimers({ toFake: ["Date"], now });
  beforeEach(() => {
    set();
  });
  afterAll(() => {
    vi.useRealTimers();
  });
  return (ms) => {
    now += ms;
    set();
  };
}
