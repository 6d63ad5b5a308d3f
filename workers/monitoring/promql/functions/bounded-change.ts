import type { Histogram } from "../../model/histogram.ts";
import { divide } from "../histograms/arithmetic.ts";
import { floatBetween, fractionOfWay } from "./between-samples.ts";
import { boundedHistogramChange, type Change } from "./bounded-histogram-change.ts";
import type { CallContext, RangeFunction, Window } from "./function.ts";
import { mixedSamples } from "./remarks.ts";
import { changes, resets } from "./transitions.ts";
import { countHistograms } from "./window.ts";

/** Functions of a range selector with the modifier `anchored`: the window begins with the sample before it. */
export const ANCHORED: ReadonlyMap<string, RangeFunction> = new Map([
  ["changes", changes],
  ...changesOf(false),
  ["resets", resets],
]);

/** Functions of a range selector with the modifier `smoothed`: the window has samples on both sides of its bounds. */
export const SMOOTHED: ReadonlyMap<string, RangeFunction> = new Map(changesOf(true));

function changesOf(isSmoothed: boolean): [string, RangeFunction][] {
  return [
    ["delta", (window, context) => change(window, context, { isCounter: false, isSmoothed }, 1)],
    ["increase", (window, context) => change(window, context, { isCounter: true, isSmoothed }, 1)],
    [
      "rate",
      (window, context) =>
        change(window, context, { isCounter: true, isSmoothed }, (window.end - window.start) / 1000),
    ],
  ];
}

/** From one bound of the window to the other, nothing extrapolated (Prometheus: promql/functions.go, extendedRate). */
function change(
  window: Window,
  context: CallContext,
  asked: Change,
  divisor: number,
): number | Histogram | null {
  const histograms = countHistograms(window);
  if (histograms === 0) return floatChange(window, asked) / divisor;
  if (histograms < window.to - window.from) {
    context.note("warning", mixedSamples(context.metricName), 0);
    return null;
  }
  const changed = boundedHistogramChange(window, context, asked);
  return changed && divisor !== 1 ? divide(changed, divisor) : changed;
}

function floatChange(
  { samples: { times, values }, from, to, start, end }: Window,
  { isCounter, isSmoothed }: Change,
): number {
  const at = (index: number) => values[index] ?? 0;
  const between = (index: number, time: number) =>
    floatBetween(at(index), at(index + 1), fractionOfWay(times, index, time), isCounter);
  const last = to - 1;
  const startsBefore = (times[from] ?? 0) <= start;
  const endsAfter = (times[last] ?? 0) >= end;
  const left = isSmoothed && (times[from] ?? 0) < start ? between(from, start) : at(from);
  const right = isSmoothed && last > from && (times[last] ?? 0) > end ? between(last - 1, end) : at(last);
  let changed = right - left;
  if (!isCounter) return changed;
  let previous = left;
  for (let index = startsBefore ? from + 1 : from; index <= (endsAfter ? last - 1 : last); index++) {
    if (at(index) < previous) changed += previous;
    previous = at(index);
  }
  return right < previous ? changed + previous : changed;
}
