import type { MetricValue } from "../../contract/metrics.ts";

/** A number as the API writes it. */
export function metricValue(value: number): MetricValue {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

export const metricValueOrNull = (value: number | null): MetricValue | null =>
  value === null ? null : metricValue(value);

/** @param time milliseconds since 1970 */
export const isoTime = (time: number): string => new Date(time).toISOString();
