import type { Labels } from "../../workers/monitoring/model/labels.ts";
import { isAlmostEqual, isAlmostEqualHistogram } from "./almost-equal.ts";
import { Mismatch } from "./mismatch.ts";
import type { Point, ResultSeries, ResultValue } from "./result.ts";
import type {
  AnnotationExpectation,
  ExpectedSeries,
  ExpectedValue,
  SequencePoint,
  TimeRange,
} from "./script.ts";
import {
  writeLabels,
  writeNumber,
  writePoint,
  writePoints,
  writeSequence,
  writeValue,
} from "./write-value.ts";

/**
 * Holds a result against what is expected of it (promql/promqltest/test.go: compareResult).
 *
 * @param times that its points may have
 * @throws Mismatch
 */
export function compareValue(
  expected: ExpectedValue,
  actual: ResultValue,
  isOrdered: boolean,
  times: TimeRange,
): void {
  if (expected.type === "string") {
    if (actual.type !== "string" || actual.value !== expected.value)
      throw new Mismatch(JSON.stringify(expected.value), writeValue(actual));
  } else if (expected.type === "scalar") {
    if (actual.type !== "scalar" || !isAlmostEqual(expected.value, actual.value))
      throw new Mismatch(`scalar ${writeNumber(expected.value)}`, writeValue(actual));
  } else if (actual.type === "vector" || actual.type === "matrix") {
    compareSeries(expected.series, actual.series, (points) => stepPoints(points, times));
    if (isOrdered) compareOrder(expected.series, actual.series);
    else if (actual.type === "matrix") checkSorted(actual.series);
  } else throw new Mismatch("series", writeValue(actual));
}

/** @throws Mismatch */
export function compareAnnotations(
  level: "warning" | "info",
  expected: AnnotationExpectation,
  actual: readonly string[],
): void {
  if (expected.none && actual.length > 0) throw new Mismatch(`no ${level}`, actual.join("; "));
  if (expected.some.length === 0) return;
  for (const condition of expected.some)
    if (!actual.some(condition.matches))
      throw new Mismatch(`${level}: ${condition.description}`, actual.join("; ") || `no ${level}`);
  const unexpected = actual.find((text) => !expected.some.some(({ matches }) => matches(text)));
  if (unexpected !== undefined)
    throw new Mismatch(
      `no other ${level} than ${expected.some.map((c) => c.description).join("; ")}`,
      unexpected,
    );
}

interface TimedPoint {
  readonly time: number;
  readonly point: SequencePoint;
}

function stepPoints(points: readonly SequencePoint[], { start, end, step }: TimeRange): TimedPoint[] {
  const timed = points.map((point, index) => ({ time: start + index * step, point }));
  if ((timed.at(-1)?.time ?? start) > end)
    throw new Mismatch(`${points.length} points`, "a range of time that cannot hold so many");
  return timed.filter(({ point }) => point.type !== "omitted");
}

function compareSeries(
  expected: readonly ExpectedSeries[],
  actual: readonly ResultSeries[],
  timesOf: (points: readonly SequencePoint[]) => TimedPoint[],
): void {
  const remaining = new Map(expected.map((series) => [series.labels.key, series]));
  for (const series of actual) {
    const wanted = remaining.get(series.labels.key);
    if (wanted === undefined)
      throw new Mismatch("no such series", `${writeLabels(series.labels)} ${writePoints(series.points)}`);
    remaining.delete(series.labels.key);
    comparePoints(series.labels, timesOf(wanted.points), series.points, writeSequence(wanted.points));
  }
  for (const { labels, points } of remaining.values())
    throw new Mismatch(`${writeLabels(labels)} ${writeSequence(points)}`, "no such series");
}

function comparePoints(
  labels: Labels,
  expected: readonly TimedPoint[],
  actual: readonly Point[],
  whole: string,
): void {
  const differs = (detail: string): Mismatch =>
    new Mismatch(`${writeLabels(labels)} ${whole}`, `${writePoints(actual)} (${detail})`);
  if (expected.length !== actual.length) throw differs(`${actual.length} points, not ${expected.length}`);
  for (const [index, { time, point }] of expected.entries()) {
    const got = actual[index];
    if (got === undefined || got.time !== time) throw differs(`time ${got?.time}, not ${time}`);
    if (!isSamePoint(point, got)) throw differs(`at ${time} ${writePoint(got)}`);
  }
}

function isSamePoint(expected: SequencePoint, actual: Point): boolean {
  if (expected.type === "float")
    return actual.histogram === null && isAlmostEqual(expected.value, actual.value);
  if (expected.type !== "histogram" || actual.histogram === null) return false;
  return (
    isAlmostEqualHistogram(expected.histogram, actual.histogram) &&
    (!expected.hasHint || expected.histogram.resetHint === actual.histogram.resetHint)
  );
}

function compareOrder(expected: readonly ExpectedSeries[], actual: readonly ResultSeries[]): void {
  const order = (series: readonly { labels: Labels }[]): string =>
    series.map(({ labels }) => writeLabels(labels)).join(", ");
  if (order(expected) !== order(actual)) throw new Mismatch(order(expected), order(actual));
}

function checkSorted(series: readonly ResultSeries[]): void {
  for (const [index, { labels }] of series.entries()) {
    const next = series[index + 1];
    if (next !== undefined && compareLabels(labels, next.labels) > 0)
      throw new Mismatch(
        "series sorted by their labels",
        `${writeLabels(labels)} before ${writeLabels(next.labels)}`,
      );
  }
}

/** By the first name or value that differs; where one set begins the other, the shorter comes first. */
function compareLabels(a: Labels, b: Labels): number {
  const index = a.flat.findIndex((text, at) => text !== b.flat[at]);
  if (index < 0) return a.size - b.size;
  const ofA = a.flat[index] ?? "";
  const ofB = b.flat[index];
  return ofB !== undefined && ofA < ofB ? -1 : 1;
}
