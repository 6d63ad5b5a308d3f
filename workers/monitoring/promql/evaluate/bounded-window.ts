import type { VectorSelector } from "../ast.ts";
import { ANCHORED, SMOOTHED } from "../functions/bounded-change.ts";
import type { RangeFunction, Window } from "../functions/function.ts";
import { QueryError } from "./query-error.ts";

export type Bounds = NonNullable<VectorSelector["bounds"]>;

/**
 * A function for windows that reach beyond their bounds.
 *
 * @throws QueryError for a function that has no use for them
 */
export function boundedFunction(bounds: Bounds, name: string): RangeFunction {
  const functions = bounds === "anchored" ? ANCHORED : SMOOTHED;
  const found = functions.get(name);
  if (found !== undefined) return found;
  const known = [...functions.keys()].join(", ");
  throw new QueryError("execution", `${bounds} modifier can only be used with: ${known} - not with ${name}`);
}

/**
 * Lets a window begin with the last sample that is not in it yet, and, smoothed, end with the first one at or after its
 * end, unless these are more than `reach` milliseconds away.
 *
 * @returns whether there is anything to be said of the window
 */
export function widen(window: Window, bounds: Bounds, reach: number): boolean {
  const { samples, start, end } = window;
  const { times } = samples;
  const before = times[window.from - 1];
  if (before !== undefined && before > start - reach) window.from--;
  const after = times[window.to];
  if (bounds === "smoothed" && after !== undefined && times[window.to - 1] !== end && after <= end + reach) {
    window.to++;
  }
  if (window.from === window.to || (times[window.to - 1] ?? 0) <= start) return false;
  return bounds === "anchored" || (times[window.from] ?? 0) <= end;
}
