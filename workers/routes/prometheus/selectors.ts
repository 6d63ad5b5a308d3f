import type { Matcher } from "../../monitoring/model/matcher.ts";
import type { Parameters } from "../../monitoring/prometheus-api/parameters.ts";
import { invalid } from "../../monitoring/prometheus-api/parameters.ts";
import { parseSelector } from "../../monitoring/promql/syntax/selectors.ts";
import { PromqlSyntaxError } from "../../monitoring/promql/syntax/syntax-error.ts";

/** The earliest and latest times that are asked about when a request names none, in milliseconds. */
const EVER = { start: Number.MIN_SAFE_INTEGER, end: Number.MAX_SAFE_INTEGER };

/** Each is asked of every shard. */
export const MAX_SELECTORS = 50;

export interface TimeSpan {
  /** Milliseconds since 1970, both included. */
  start: number;
  end: number;
}

/** @throws PrometheusFailure `bad_data` */
export function timeSpanOf(parameters: Parameters): TimeSpan {
  const span = { start: parameters.time("start", EVER.start), end: parameters.time("end", EVER.end) };
  if (span.end < span.start) throw invalid("end", "end timestamp must not be before start time");
  return span;
}

/** What each `match[]` selects. @throws PrometheusFailure `bad_data` */
export function selectorsOf(parameters: Parameters): (readonly Matcher[])[] {
  const texts = parameters.all("match[]");
  if (texts.length > MAX_SELECTORS) throw invalid("match[]", `more than ${MAX_SELECTORS} selectors`);
  const selectors = texts.map(selectorOf);
  if (selectors.some((matchers) => matchers.every(({ matches }) => matches("")))) {
    throw invalid("match[]", "match[] must contain at least one non-empty matcher");
  }
  return selectors;
}

function selectorOf(text: string): readonly Matcher[] {
  try {
    return parseSelector(text);
  } catch (error) {
    if (error instanceof PromqlSyntaxError) throw invalid("match[]", error.message);
    throw error;
  }
}
