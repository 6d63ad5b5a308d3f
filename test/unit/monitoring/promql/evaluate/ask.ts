import {
  type InstantQueryOptions,
  instantQuery,
} from "../../../../../workers/monitoring/promql/evaluate/query.ts";
import { every, memoryStorage, type Point, type TestSeries } from "./memory-storage.ts";

/** Series of which each has one sample, at time 0; labels as in `{ __name__: "x", i: "1" }`. */
export function atZero(
  ...series: readonly (readonly [labels: TestSeries["labels"], value: Point[1]])[]
): TestSeries[] {
  return series.map(([labels, value]) => every(1, labels, [value]));
}

export interface Answer {
  /** By the labels as JSON: the number, or "histogram" with its count. */
  readonly elements: Readonly<Record<string, number | string>>;
  readonly remarks: readonly string[];
}

/** What a query comes to at time 0. */
export async function ask(
  query: string,
  series: readonly TestSeries[],
  options: Partial<InstantQueryOptions> = {},
): Promise<Answer> {
  const storage = memoryStorage(series);
  const { value, warnings, infos } = await instantQuery({ query, storage, time: 0, ...options });
  if (value.type !== "vector") throw new TypeError(value.type);
  const elements = value.elements.map(
    ({ labels, value: number, histogram }) =>
      [
        JSON.stringify(labels.toObject()),
        histogram === null ? number : `histogram of ${histogram.count}, ${histogram.resetHint}`,
      ] as const,
  );
  return { elements: Object.fromEntries(elements), remarks: [...warnings, ...infos] };
}
