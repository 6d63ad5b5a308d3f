import { absent } from "./absent.ts";
import { DATES } from "./element-dates.ts";
import { HISTOGRAM_PARTS } from "./element-histograms.ts";
import { MATH } from "./element-math.ts";
import { delta, increase, rate } from "./extrapolated-rate.ts";
import {
  maxOverTime,
  minOverTime,
  tsOfFirstOverTime,
  tsOfLastOverTime,
  tsOfMaxOverTime,
  tsOfMinOverTime,
} from "./extremes.ts";
import type { ElementFunction, RangeFunction, VectorFunction } from "./function.ts";
import { histogramFraction, histogramQuantile, histogramQuantiles } from "./histogram-estimates.ts";
import { idelta, irate } from "./instant-change.ts";
import { labelJoin, labelReplace } from "./labels.ts";
import {
  avgOverTime,
  countOverTime,
  firstOverTime,
  lastOverTime,
  presentOverTime,
  stddevOverTime,
  stdvarOverTime,
  sumOverTime,
} from "./over-time.ts";
import { madOverTime, quantileOverTime } from "./quantile-over-time.ts";
import { deriv, predictLinear } from "./regression.ts";
import { doubleExponentialSmoothing } from "./smoothing.ts";
import { sortByLabel, sortByValue } from "./sort.ts";
import { changes, resets } from "./transitions.ts";

const ASCENDING = 1;
const DESCENDING = -1;

/** NaN if one of them is. */
export const SCALAR_FUNCTIONS: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ["min_of", Math.min],
  ["max_of", Math.max],
]);

export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map(
  Object.entries<RangeFunction>({
    rate,
    increase,
    delta,
    irate,
    idelta,
    deriv,
    predict_linear: predictLinear,
    resets,
    changes,
    avg_over_time: avgOverTime,
    min_over_time: minOverTime,
    max_over_time: maxOverTime,
    sum_over_time: sumOverTime,
    count_over_time: countOverTime,
    quantile_over_time: quantileOverTime,
    stddev_over_time: stddevOverTime,
    stdvar_over_time: stdvarOverTime,
    last_over_time: lastOverTime,
    present_over_time: presentOverTime,
    first_over_time: firstOverTime,
    mad_over_time: madOverTime,
    ts_of_first_over_time: tsOfFirstOverTime,
    ts_of_last_over_time: tsOfLastOverTime,
    ts_of_max_over_time: tsOfMaxOverTime,
    ts_of_min_over_time: tsOfMinOverTime,
    double_exponential_smoothing: doubleExponentialSmoothing,
  }),
);

export const ELEMENT_FUNCTIONS: ReadonlyMap<string, ElementFunction> = new Map(
  Object.entries({ ...MATH, ...DATES, ...HISTOGRAM_PARTS }),
);

export const VECTOR_FUNCTIONS: ReadonlyMap<string, VectorFunction> = new Map(
  Object.entries<VectorFunction>({
    absent,
    absent_over_time: absent,
    sort: sortByValue(ASCENDING),
    sort_desc: sortByValue(DESCENDING),
    sort_by_label: sortByLabel(ASCENDING),
    sort_by_label_desc: sortByLabel(DESCENDING),
    label_replace: labelReplace,
    label_join: labelJoin,
    histogram_quantile: histogramQuantile,
    histogram_quantiles: histogramQuantiles,
    histogram_fraction: histogramFraction,
  }),
);
