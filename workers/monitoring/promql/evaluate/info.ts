import { METRIC_NAME } from "../../model/labels.ts";
import { type Matcher, matcher } from "../../model/matcher.ts";
import type { Call, Expression, TimeShift, VectorSelector } from "../ast.ts";
import { childrenOf } from "../syntax/children.ts";
import { selectors } from "../syntax/selectors.ts";
import type { StepSeries, Steps, Vector } from "../values.ts";
import type { Evaluation } from "./evaluation.ts";
import { IDENTIFYING_LABELS, InfoJoin } from "./info-join.ts";
import { selectInstant } from "./instant-selector.ts";
import { QueryError } from "./query-error.ts";
import { rejectRepeated } from "./repeated-labels.ts";
import { roomOf } from "./step-series.ts";

const TARGET_INFO = matcher(METRIC_NAME, "=", "target_info");
/** Of a pattern: of more instances all info series are read. */
const MAX_ALTERNATIVES = 500;
const ANY_INFO = matcher(METRIC_NAME, "=~", ".+_info");

/**
 * The function info(): a vector, its series with the labels that info series of the same instance and job have, such as
 * target_info's (Prometheus: promql/info.go). The info series are looked up where the first selector of the argument
 * looks: `@` and offset hold for them, too.
 */
export async function* callInfo(
  evaluation: Evaluation,
  { arguments: [argument, selector] }: Call,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  if (argument === undefined) return;
  const base = await hold(evaluation, evaluation.vector(argument, steps));
  const matchers = selector?.type === "vectorSelector" ? selector.matchers : [];
  const labels = matchers.filter(({ name }) => name !== METRIC_NAME);
  const names = nameMatchers(matchers);
  const isInfo = ({ labels: { metricName } }: StepSeries) =>
    names.every(({ matches }) => matches(metricName));
  const others = base.series.filter((series) => !isInfo(series));
  const identity = identityMatchers(others);
  const infos =
    identity.length === 0
      ? []
      : await selectInfos(evaluation, [...identity, ...names, ...labels], argument, steps);
  const join = new InfoJoin(infos, labels);
  const enriched = others.flatMap((series) => join.enrich(series));
  yield* rejectRepeated(inOneBatch([...base.series.filter(isInfo), ...enriched]), evaluation.budget);
  evaluation.budget.release(base.held);
}

async function* inOneBatch(series: readonly StepSeries[]): AsyncGenerator<readonly StepSeries[]> {
  if (series.length > 0) yield series;
}

async function hold({ budget }: Evaluation, vector: Vector): Promise<{ series: StepSeries[]; held: number }> {
  const series: StepSeries[] = [];
  let held = 0;
  for await (const batch of vector) {
    const samples = batch.reduce((sum, one) => sum + roomOf(one), 0);
    budget.hold(samples);
    held += samples;
    series.push(...batch);
  }
  return { series, held };
}

/** What the names of info series match: without a name or pattern of its own, a selector means the usual ones. */
function nameMatchers(matchers: readonly Matcher[]): Matcher[] {
  const names = matchers.filter(({ name }) => name === METRIC_NAME);
  if (names.length === 0) return [TARGET_INFO];
  return names.some(({ operator }) => operator === "=" || operator === "=~") ? names : [...names, ANY_INFO];
}

/** What info series must match so that one of these series may have the same identity; perhaps others match as well. */
function identityMatchers(series: readonly StepSeries[]): Matcher[] {
  return IDENTIFYING_LABELS.flatMap((name) => {
    const values = new Set(series.map(({ labels }) => labels.get(name)).filter((value) => value !== ""));
    if (values.size === 0) return [];
    return values.size > MAX_ALTERNATIVES
      ? [matcher(name, "!=", "")]
      : [matcher(name, "=~", [...values].map(escapeRegex).join("|"))];
  });
}

const escapeRegex = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");

/** Info series with the time of their sample, in seconds, at each step. @throws QueryError for one that is no float */
async function selectInfos(
  evaluation: Evaluation,
  matchers: readonly Matcher[],
  argument: Expression,
  steps: Steps,
): Promise<StepSeries[]> {
  const { range } = argument;
  const shift = firstShift(argument, { at: null, offset: 0 });
  const selector: VectorSelector = { type: "vectorSelector", name: null, matchers, range, ...shift };
  for await (const batch of selectInstant(evaluation, selector, steps)) {
    if (batch.some(({ histograms }) => histograms !== null)) {
      throw new QueryError("execution", "info sample should be float");
    }
  }
  const infos: StepSeries[] = [];
  for await (const batch of selectInstant(evaluation, selector, steps, "time")) infos.push(...batch);
  return infos;
}

/** When the first selector of an expression looks, all subqueries around it taken into account. */
function firstShift(expression: Expression, outer: TimeShift): TimeShift {
  const shifted = expression.type === "subquery" || expression.type === "vectorSelector";
  const { at, offset } = shifted ? expression : { at: null, offset: 0 };
  const shift = at === null ? { at: outer.at, offset: outer.offset + offset } : { at, offset };
  const inner = childrenOf(expression).find((child) => selectors(child).length > 0);
  return inner === undefined ? shift : firstShift(inner, shift);
}
