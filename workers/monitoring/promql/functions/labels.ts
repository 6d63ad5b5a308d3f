import { METRIC_NAME } from "../../model/labels.ts";
import { isLabelName } from "../../model/names.ts";
import { RegexError } from "../../model/regex.ts";
import { regexReplacer } from "../../model/regex-template.ts";
import { mapSeries } from "../evaluate/map-series.ts";
import { relabeled } from "../evaluate/step-series.ts";
import type { StepSeries, Vector } from "../values.ts";
import { stringOf, vectorOf } from "./arguments.ts";
import { CallError, type VectorContext, type VectorFunction } from "./function.ts";

/** Characters of a label that a query makes; calls in calls could double it again and again. */
const MAX_VALUE = 65_536;
/** Beyond so many it counts against the limit of samples. */
const LONG_VALUE = 256;

/** label_replace(v, target, template, source, pattern): series whose source does not match stay as they are. */
export const labelReplace: VectorFunction = ([vector, ...strings], context) => {
  const [target = "", template = "", source = "", pattern = ""] = strings.map(stringOf);
  const replace = replacer(pattern, template);
  checkName(target, "destination label name in label_replace()");
  return setLabel(vectorOf(vector), target, context, ({ labels }) => replace(labels.get(source)));
};

/** label_join(v, target, separator, sources…) */
export const labelJoin: VectorFunction = ([vector, ...strings], context) => {
  const [target = "", separator = "", ...sources] = strings.map(stringOf);
  for (const source of sources) checkName(source, "source label name in label_join()");
  checkName(target, "destination label name in label_join()");
  return setLabel(vectorOf(vector), target, context, ({ labels }) => {
    let text = "";
    for (const [place, source] of sources.entries()) {
      if (text.length > MAX_VALUE) break;
      text += (place === 0 ? "" : separator) + labels.get(source);
    }
    return text;
  });
};

/** A new metric name is there to stay. */
function setLabel(
  vector: Vector,
  target: string,
  { holdText }: VectorContext,
  value: (series: StepSeries) => string | null,
): Vector {
  return mapSeries(vector, (series) => {
    const text = value(series);
    if (text === null) return series;
    if (text.length > MAX_VALUE) throw new CallError(`value of label ${target} is too long`);
    if (text.length > LONG_VALUE) holdText(text.length);
    return relabeled(series, series.labels.with(target, text), target !== METRIC_NAME && series.dropsName);
  });
}

function replacer(pattern: string, template: string): (value: string) => string | null {
  try {
    return regexReplacer(pattern, template, MAX_VALUE);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new CallError(`invalid regular expression in label_replace(): ${pattern}`);
  }
}

function checkName(name: string, what: string): void {
  if (!isLabelName(name)) throw new CallError(`invalid ${what}: ${name}`);
}
