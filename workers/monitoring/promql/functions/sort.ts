import type { Labels } from "../../model/labels.ts";
import { mapSeries } from "../evaluate/map-series.ts";
import { newSeries, setStep } from "../evaluate/step-series.ts";
import { FLOAT, type StepSeries } from "../values.ts";
import { stringOf, vectorOf } from "./arguments.ts";
import { type VectorContext, type VectorFunction, WHOLE_CALL } from "./function.ts";
import { SORT_IN_RANGE } from "./remarks.ts";

type Order = (left: StepSeries, right: StepSeries) => number;

/** By value, NaN last in either direction. Histograms are left out. */
export function sortByValue(direction: 1 | -1): VectorFunction {
  return ([vector], context) =>
    sorted(
      mapSeries(vectorOf(vector), floatsOf),
      context,
      ({ values: [left = 0] }, { values: [right = 0] }) => {
        const nans = Number(Number.isNaN(left)) - Number(Number.isNaN(right));
        return nans || direction * compare(left, right);
      },
    );
}

/** By the given labels, numbers in them by their value, then by all labels. */
export function sortByLabel(direction: 1 | -1): VectorFunction {
  return ([vector, ...strings], context) => {
    const names = strings.map(stringOf);
    return sorted(vectorOf(vector), context, ({ labels: left }, { labels: right }) => {
      const name = names.find((each) => left.get(each) !== right.get(each));
      const order = name === undefined ? 0 : compareNaturally(left.get(name), right.get(name));
      return direction * (order || compareLabels(left, right));
    });
  };
}

/** The answer to a range query is ordered by labels whatever the function does. */
async function* sorted(
  vector: AsyncIterable<readonly StepSeries[]>,
  { steps, note, collect }: VectorContext,
  order: Order,
): AsyncGenerator<readonly StepSeries[]> {
  if (steps.count > 1) {
    note("warning", SORT_IN_RANGE, WHOLE_CALL);
    yield* vector;
  } else yield (await collect(vector)).sort(order);
}

function floatsOf(series: StepSeries): StepSeries {
  if (series.histograms === null) return series;
  const floats = newSeries(series.labels, series.dropsName, series.kinds.length);
  series.kinds.forEach((kind, step) => {
    if (kind === FLOAT) setStep(floats, step, series.values[step] ?? 0);
  });
  return floats;
}

/** Digits are compared as numbers (as github.com/facette/natsort, which Prometheus uses). */
function compareNaturally(left: string, right: string): number {
  const lefts = left.match(/\d+|\D+/g) ?? [];
  const rights = right.match(/\d+|\D+/g) ?? [];
  for (let at = 0; at < Math.min(lefts.length, rights.length); at++) {
    const [one = "", other = ""] = [lefts[at], rights[at]];
    const areNumbers = /^\d/.test(one) && /^\d/.test(other);
    const order = areNumbers ? Number(one) - Number(other) : compare(one, other);
    if (order !== 0) return order;
  }
  return lefts.length - rights.length;
}

function compareLabels({ flat: left }: Labels, { flat: right }: Labels): number {
  const at = left.findIndex((text, index) => text !== right[index]);
  return at === -1 ? left.length - right.length : compare(left[at] ?? "", right[at] ?? "");
}

function compare<T extends number | string>(left: T, right: T): number {
  return left < right ? -1 : Number(left > right);
}
