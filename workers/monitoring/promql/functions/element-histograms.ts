import type { Histogram } from "../../model/histogram.ts";
import { average, standardDeviation, variance } from "../histograms/spread.ts";
import type { ElementFunction } from "./function.ts";

function ofHistogram(compute: (histogram: Histogram) => number): ElementFunction {
  return (_, histogram) => histogram && compute(histogram);
}

export const HISTOGRAM_PARTS: Readonly<Record<string, ElementFunction>> = {
  histogram_count: ofHistogram(({ count }) => count),
  histogram_sum: ofHistogram(({ sum }) => sum),
  histogram_avg: ofHistogram(average),
  histogram_stdvar: ofHistogram(variance),
  histogram_stddev: ofHistogram(standardDeviation),
};
