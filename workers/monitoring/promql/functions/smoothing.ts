import { CallError, type RangeFunction } from "./function.ts";
import { ofFloats } from "./window.ts";

/**
 * The last value, smoothed with those before it and with their trend: a smoothing factor near 1 follows the newest
 * values, a trend factor near 1 the newest trend (Prometheus: promql/functions.go, funcDoubleExponentialSmoothing).
 *
 * @throws CallError for a factor that is not between 0 and 1
 */
export const doubleExponentialSmoothing: RangeFunction = (window, context) => {
  checkFactor("smoothing", "sf", context.scalars[1]);
  checkFactor("trend", "tf", context.scalars[2]);
  return smooth(window, context);
};

function checkFactor(name: string, short: string, factor = Number.NaN): void {
  if (factor <= 0 || factor >= 1) {
    throw new CallError(`invalid ${name} factor. Expected: 0 < ${short} < 1, got: ${factor.toFixed(6)}`);
  }
}

const smooth = ofFloats(({ samples: { values }, from, to }, { scalars }) => {
  if (to - from < 2) return null;
  const smoothing = scalars[1] ?? Number.NaN;
  const trending = scalars[2] ?? Number.NaN;
  let before = 0;
  let smoothed = values[from] ?? 0;
  let trend = (values[from + 1] ?? 0) - smoothed;
  for (let at = from + 1; at < to; at++) {
    if (at > from + 1) trend = trending * (smoothed - before) + (1 - trending) * trend;
    const next = smoothing * (values[at] ?? 0) + (1 - smoothing) * (smoothed + trend);
    before = smoothed;
    smoothed = next;
  }
  return smoothed;
});
