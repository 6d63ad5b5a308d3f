import { type Labels, METRIC_NAME } from "../../workers/monitoring/model/labels.ts";
import { writeHistogram } from "../../workers/monitoring/promql/histograms/notation.ts";
import type { Point, ResultValue } from "./result.ts";
import type { SequencePoint } from "./script.ts";

export function writeLabels(labels: Labels): string {
  const pairs = [...labels.withoutName()].map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 && labels.has(METRIC_NAME)
    ? labels.metricName
    : `${labels.metricName}{${pairs.join(", ")}}`;
}

export function writeNumber(value: number): string {
  if (Number.isNaN(value) || Number.isFinite(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}

export const writePoint = ({ value, histogram }: Point): string =>
  histogram === null ? writeNumber(value) : writeHistogram(histogram);

export const writePoints = (points: readonly Point[]): string =>
  points.map((point) => `${writePoint(point)}@${point.time}`).join(" ");

export const writeSequence = (points: readonly SequencePoint[]): string =>
  points.map(writeSequencePoint).join(" ");

export function writeValue(value: ResultValue): string {
  if (value.type === "scalar") return `scalar ${writeNumber(value.value)}`;
  if (value.type === "string") return JSON.stringify(value.value);
  const series = value.series.map(({ labels, points }) => `${writeLabels(labels)} ${writePoints(points)}`);
  return `${value.type} ${series.join(", ") || "of nothing"}`;
}

function writeSequencePoint(point: SequencePoint): string {
  if (point.type === "omitted") return "_";
  if (point.type === "stale") return "stale";
  return point.type === "float" ? writeNumber(point.value) : writeHistogram(point.histogram);
}
