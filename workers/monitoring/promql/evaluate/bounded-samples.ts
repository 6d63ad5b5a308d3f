import { Samples } from "../../model/samples.ts";
import { floatBetween, fractionOfWay } from "../functions/between-samples.ts";
import type { Window } from "../functions/function.ts";
import { type Bounds, widen } from "./bounded-window.ts";

/**
 * The floats of a window, with a sample at each of its bounds, of the value that it begins or ends with (Prometheus:
 * promql/engine.go, extendFloats). None where nothing is to be said of the window.
 */
export function samplesToBounds(
  samples: Samples,
  start: number,
  end: number,
  bounds: Bounds,
  reach: number,
): Samples {
  const { times } = samples;
  const from = times.findIndex((time) => time > start);
  const to = times.findLastIndex((time) => time <= end) + 1;
  const window = { samples, from: from < 0 ? times.length : from, to, start, end };
  return widen(window, bounds, reach)
    ? cut(window, bounds)
    : new Samples(new Float64Array(0), new Float64Array(0));
}

function cut({ samples: { times, values }, from, to, start, end }: Window, bounds: Bounds): Samples {
  const last = to - 1;
  const at = (index: number) => values[index] ?? 0;
  const between = (index: number, time: number) =>
    floatBetween(at(index), at(index + 1), fractionOfWay(times, index, time), false);
  const isSmoothed = bounds === "smoothed";
  const left = isSmoothed && (times[from] ?? 0) < start ? between(from, start) : at(from);
  const right = isSmoothed && last > from && (times[last] ?? 0) > end ? between(last - 1, end) : at(last);
  const innerFrom = (times[from] ?? 0) <= start ? from + 1 : from;
  const innerTo = (times[last] ?? 0) >= end ? last : to;
  return new Samples(
    Float64Array.of(start, ...times.subarray(innerFrom, innerTo), end),
    Float64Array.of(left, ...values.subarray(innerFrom, innerTo), right),
  );
}
