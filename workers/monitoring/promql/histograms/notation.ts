import type { Histogram, ResetHint } from "../../model/histogram.ts";
import { formatG } from "../functions/remarks.ts";
import { hasCustomBuckets } from "./bounds.ts";
import { expand } from "./columns.ts";
import { compact } from "./layout.ts";

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITY = /^([+-]?)inf$/i;
const PART = /^\s*([a-z_]+):(\[[^\]]*\]|[^\s[\]]+)(?=\s|$)/;
const HINTS: readonly string[] = ["unknown", "reset", "not_reset", "gauge"] satisfies ResetHint[];
const KEYS = new Set([
  "schema",
  "count",
  "sum",
  "z_bucket",
  "z_bucket_w",
  "offset",
  "buckets",
  "n_offset",
  "n_buckets",
  "custom_values",
  "counter_reset_hint",
]);

/**
 * Reads a histogram in the notation of Prometheus' tests (promql/parser: histogram_series_value).
 *
 * @example parseHistogram("{{schema:1 sum:3 count:22 buckets:[5 10 7]}}")
 * @throws SyntaxError
 */
export function parseHistogram(text: string): Histogram {
  const inner = /^\{\{(.*)\}\}$/s.exec(text)?.[1];
  if (inner === undefined) throw new SyntaxError(`a histogram stands in {{ }}, unlike ${text}`);
  const parts = readParts(inner);
  const number = (key: string) => readNumber(parts.get(key) ?? "0");
  const list = (key: string) => readList(parts.get(key) ?? "[]");
  const spans = (offset: number, { length }: readonly number[]) => (length === 0 ? [] : [{ offset, length }]);
  const positiveBuckets = list("buckets");
  const negativeBuckets = list("n_buckets");
  return {
    schema: number("schema"),
    zeroThreshold: number("z_bucket_w"),
    zeroCount: number("z_bucket"),
    count: number("count"),
    sum: number("sum"),
    positiveSpans: spans(number("offset"), positiveBuckets),
    positiveBuckets,
    negativeSpans: spans(number("n_offset"), negativeBuckets),
    negativeBuckets,
    customValues: list("custom_values"),
    resetHint: readHint(parts.get("counter_reset_hint")),
  };
}

/**
 * Writes what {@link parseHistogram} reads. What has its usual value is left out.
 *
 * @example writeHistogram(histogram) // "{{count:4 sum:5 buckets:[1 2 1]}}"
 */
export function writeHistogram(histogram: Histogram): string {
  const {
    positiveSpans,
    positiveBuckets: positive,
    negativeSpans,
    negativeBuckets: negative,
  } = compact(histogram);
  const number = (key: string, value: number) => (value === 0 ? [] : [`${key}:${formatG(value)}`]);
  const list = (values: readonly number[]) => `[${values.map((value) => formatG(value)).join(" ")}]`;
  const side = (prefix: string, run: Run | null) =>
    run === null ? [] : [...number(`${prefix}offset`, run.offset), `${prefix}buckets:${list(run.counts)}`];
  const parts = [
    ...number("schema", histogram.schema),
    ...number("count", histogram.count),
    ...number("sum", histogram.sum),
    ...number("z_bucket", histogram.zeroCount),
    ...number("z_bucket_w", histogram.zeroThreshold),
    ...(hasCustomBuckets(histogram) ? [`custom_values:${list(histogram.customValues)}`] : []),
    ...(histogram.resetHint === "unknown" ? [] : [`counter_reset_hint:${histogram.resetHint}`]),
    ...side("", oneRun(expand(positiveSpans, positive))),
    ...side("n_", oneRun(expand(negativeSpans, negative))),
  ];
  return `{{${parts.join(" ")}}}`;
}

interface Run {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** All buckets from the first to the last, those between them that are not there as empty ones. */
function oneRun({ indexes, counts }: { indexes: readonly number[]; counts: readonly number[] }): Run | null {
  const [first] = indexes;
  const last = indexes.at(-1);
  if (first === undefined || last === undefined) return null;
  const run = new Array<number>(last - first + 1).fill(0);
  indexes.forEach((index, at) => {
    run[index - first] = counts[at] ?? 0;
  });
  return { offset: first, counts: run };
}

function readParts(text: string): Map<string, string> {
  const parts = new Map<string, string>();
  let rest = text.trimEnd();
  while (rest !== "") {
    const [whole = "", key = "", value = ""] = PART.exec(rest) ?? [];
    if (!KEYS.has(key)) throw new SyntaxError(`bad histogram descriptor found: ${rest.trim()}`);
    if (parts.has(key)) throw new SyntaxError(`duplicate key "${key}" in histogram`);
    parts.set(key, value);
    rest = rest.slice(whole.length);
  }
  return parts;
}

function readNumber(text: string): number {
  if (NUMBER.test(text)) return Number(text);
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinity = INFINITY.exec(text);
  if (infinity === null) throw new SyntaxError(`${text} is not a number`);
  return infinity[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function readList(text: string): number[] {
  const inner = /^\[(.*)\]$/s.exec(text)?.[1]?.trim();
  if (inner === undefined) throw new SyntaxError(`${text} is not a list of numbers`);
  return inner === "" ? [] : inner.split(/\s+/).map(readNumber);
}

function readHint(text: string | undefined): ResetHint {
  if (text === undefined) return "unknown";
  if (!isHint(text)) throw new SyntaxError(`counter_reset_hint cannot be ${text}`);
  return text;
}

function isHint(text: string): text is ResetHint {
  return HINTS.includes(text);
}
