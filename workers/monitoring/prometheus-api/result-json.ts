import type { Histogram } from "../model/histogram.ts";
import type { Labels } from "../model/labels.ts";
import { numberText, plainNumberText, secondsText } from "../model/number-text.ts";
import type { MatrixSeries, QueryValue, VectorElement } from "../promql/evaluate/result.ts";
import { toJson } from "../promql/histograms/json.ts";

/** What a query came to as `data` of Prometheus' HTTP API, with `more` after it, series by series: it may be long. */
export function* resultPieces(value: QueryValue, more = ""): Generator<string> {
  yield `{"resultType":"${value.type}","result":`;
  switch (value.type) {
    case "scalar":
      yield `[${secondsText(value.time)},"${plainNumberText(value.value)}"]`;
      break;
    case "string":
      yield `[${secondsText(value.time)},${JSON.stringify(value.value)}]`;
      break;
    case "vector":
      yield* listed(value.elements, (element) => elementJson(element, value.time));
      break;
    case "matrix":
      yield* listed(value.series, seriesJson);
      break;
  }
  yield `${more}}`;
}

function* listed<Item>(items: readonly Item[], toJson: (item: Item) => string): Generator<string> {
  yield "[";
  for (const [place, item] of items.entries()) yield place === 0 ? toJson(item) : `,${toJson(item)}`;
  yield "]";
}

const elementJson = ({ labels, value, histogram }: VectorElement, time: number): string =>
  histogram === null
    ? `{"metric":${labelsJson(labels)},"value":${pair(time, value)}}`
    : `{"metric":${labelsJson(labels)},"histogram":${histogramPair(time, histogram)}}`;

function seriesJson({ labels, samples }: MatrixSeries): string {
  const values: string[] = [];
  const histograms: string[] = [];
  for (let index = 0; index < samples.length; index += 1) {
    const time = samples.times[index] ?? 0;
    const histogram = samples.histograms?.[index] ?? null;
    if (histogram === null) values.push(pair(time, samples.values[index] ?? 0));
    else histograms.push(histogramPair(time, histogram));
  }
  return [
    `{"metric":${labelsJson(labels)}`,
    ...(values.length > 0 ? [`"values":[${values.join(",")}]`] : []),
    ...(histograms.length > 0 ? [`"histograms":[${histograms.join(",")}]`] : []),
  ]
    .join(",")
    .concat("}");
}

const pair = (time: number, value: number): string => `[${secondsText(time)},"${numberText(value)}"]`;

const histogramPair = (time: number, histogram: Histogram): string =>
  `[${secondsText(time)},${JSON.stringify(toJson(histogram))}]`;

const labelsJson = (labels: Labels): string => JSON.stringify(labels.toObject());
