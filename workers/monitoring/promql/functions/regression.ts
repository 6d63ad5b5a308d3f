import { carriedError } from "../compensation.ts";
import type { RangeFunction, Window } from "./function.ts";
import { ofFloats } from "./window.ts";

interface Line {
  /** Per second. */
  slope: number;
  intercept: number;
}

/** The one line of the last fit: a function of a window must not allocate. */
const line: Line = { slope: 0, intercept: 0 };

/** The slope, per second, of the line that fits best. */
export const deriv: RangeFunction = ofFloats((window) =>
  window.to - window.from < 2 ? null : fitLine(window, window.samples.times[window.from] ?? 0).slope,
);

/** Where the line that fits best will be so many seconds after the step's time. */
export const predictLinear: RangeFunction = ofFloats((window, { scalars, time }) => {
  if (window.to - window.from < 2) return null;
  const { slope, intercept } = fitLine(window, time);
  return slope * (scalars[1] ?? Number.NaN) + intercept;
});

/**
 * Least squares with compensated sums; values that are all equal give exactly a level line
 * (Prometheus: promql/functions.go, linearRegression).
 *
 * @param origin of the line in milliseconds: the intercept is its value there
 */
function fitLine({ samples: { times, values }, from, to }: Window, origin: number): Line {
  let sumX = 0;
  let sumY = 0;
  let sumXY = 0;
  let sumXX = 0;
  let errorX = 0;
  let errorY = 0;
  let errorXY = 0;
  let errorXX = 0;
  let isLevel = true;
  const first = values[from] ?? 0;
  for (let at = from; at < to; at++) {
    const x = ((times[at] ?? 0) - origin) / 1000;
    const y = values[at] ?? 0;
    if (y !== first) isLevel = false;
    let next = sumX + x;
    errorX = carriedError(sumX, x, next, errorX);
    sumX = next;
    next = sumY + y;
    errorY = carriedError(sumY, y, next, errorY);
    sumY = next;
    next = sumXY + x * y;
    errorXY = carriedError(sumXY, x * y, next, errorXY);
    sumXY = next;
    next = sumXX + x * x;
    errorXX = carriedError(sumXX, x * x, next, errorXX);
    sumXX = next;
  }
  if (isLevel) return level(first);
  sumX += errorX;
  sumY += errorY;
  const count = to - from;
  const covariance = sumXY + errorXY - (sumX * sumY) / count;
  const variance = sumXX + errorXX - (sumX * sumX) / count;
  line.slope = covariance / variance;
  line.intercept = sumY / count - (line.slope * sumX) / count;
  return line;
}

function level(value: number): Line {
  const isInfinite = Math.abs(value) === Number.POSITIVE_INFINITY;
  line.slope = isInfinite ? Number.NaN : 0;
  line.intercept = isInfinite ? Number.NaN : value;
  return line;
}
