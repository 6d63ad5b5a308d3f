import { METRIC_NAME } from "./labels.ts";
import type { RefusalReason } from "./sample-batch.ts";

/** Bytes of UTF-8. */
export const MAX_LABEL_NAME_BYTES = 1_024;
/** Bytes of UTF-8; a metric's name is a label's value. */
export const MAX_LABEL_VALUE_BYTES = 4_096;
/** The metric's name is one of them. */
export const MAX_LABELS = 64;

const LEGACY_METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LEGACY_LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** As of Prometheus 3: any UTF-8 but nothing. */
export function isMetricName(name: string): boolean {
  return name !== "" && name.isWellFormed();
}

/** As of Prometheus 3: any UTF-8 but nothing. */
export function isLabelName(name: string): boolean {
  return name !== "" && name.isWellFormed();
}

/** Whether PromQL and the exposition formats take the name without quotes. */
export function isLegacyMetricName(name: string): boolean {
  return LEGACY_METRIC_NAME.test(name);
}

/** Whether PromQL and the exposition formats take the name without quotes. */
export function isLegacyLabelName(name: string): boolean {
  return LEGACY_LABEL_NAME.test(name);
}

/**
 * Why a series with these labels is refused; null if it is not.
 *
 * @param flat name, value, name, value… sorted by name, without empty values
 */
export function labelFault(flat: readonly string[]): RefusalReason | null {
  if (flat.length > MAX_LABELS * 2) return "too_many_labels";
  let hasMetricName = false;
  for (let at = 0; at < flat.length; at += 2) {
    const name = flat[at] ?? "";
    const value = flat[at + 1] ?? "";
    if (name === METRIC_NAME) {
      hasMetricName = true;
      if (!isMetricName(value)) return "invalid_metric_name";
    }
    if (!isLabelName(name)) return "invalid_label_name";
    if (!value.isWellFormed()) return "invalid_label_value";
    if (at >= 2 && name === flat[at - 2]) return "duplicate_label";
    if (exceeds(name, MAX_LABEL_NAME_BYTES) || exceeds(value, MAX_LABEL_VALUE_BYTES)) return "label_too_long";
  }
  return hasMetricName ? null : "missing_metric_name";
}

const encoder = new TextEncoder();

/** Encodes only a text that could be too long. */
function exceeds(text: string, maxBytes: number): boolean {
  return text.length * 3 > maxBytes && (text.length > maxBytes || encoder.encode(text).length > maxBytes);
}
