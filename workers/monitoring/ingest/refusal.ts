import { METRIC_NAME } from "../model/labels.ts";
import type { RefusalReason } from "../model/sample-batch.ts";

/** A part of a request that is not taken, while the rest is. */
export interface Refusal {
  /** Which: the index of a JSON sample, the line of a text, the number of a data point. */
  readonly item: number;
  readonly reason: RefusalReason;
  readonly detail: string;
}

const DETAILS: Readonly<Record<RefusalReason, string>> = {
  invalid_metric_name: "the metric's name is empty or not UTF-8",
  invalid_label_name: "a label's name is empty or not UTF-8",
  invalid_label_value: "a label's value is not UTF-8",
  duplicate_label: "a label's name appears twice",
  missing_metric_name: "the series has no metric name",
  too_many_labels: "the series has more than 64 labels",
  label_too_long: "a label's name is longer than 1024 bytes, or its value than 4096",
  invalid_value: "the value is not a number",
  invalid_timestamp: "the timestamp is not a whole number of milliseconds within range",
  invalid_histogram: "the histogram contradicts itself",
  too_far_in_future: "the timestamp is more than ten minutes ahead",
  too_old: "the sample is older than what is still taken",
  out_of_order: "the sample is older than the series' newest and outside the out-of-order window",
  duplicate_timestamp: "the series has another value at this time",
  series_limit: "the shard holds as many series, or bytes of their labels, as it may",
  malformed: "it cannot be read",
  unsupported_temporality: "only cumulative temporality is taken",
};

/** @param more what to add, such as the series or what was found instead */
export function refusal(item: number, reason: RefusalReason, more = ""): Refusal {
  const detail = DETAILS[reason];
  return { item, reason, detail: more === "" ? detail : `${detail}: ${more}` };
}

const LONGEST = 200;

/**
 * A series for human eyes, cut where it grows long.
 *
 * @param pairs name, value, name, value…; null stands for what is not UTF-8
 * @example describeSeries(["__name__", "up", "job", "api"]) // 'up{job="api"}'
 */
export function describeSeries(pairs: readonly (string | null)[]): string {
  let name = "";
  const labels: string[] = [];
  for (let at = 0; at < pairs.length && labels.length < LONGEST; at += 2) {
    const value = (pairs[at + 1] ?? "\ufffd").slice(0, LONGEST);
    if (pairs[at] === METRIC_NAME) name = value;
    else labels.push(`${(pairs[at] ?? "\ufffd").slice(0, LONGEST)}=${JSON.stringify(value)}`);
  }
  const text = `${name}{${labels.join(",")}}`;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
