import { METRIC_NAME } from "../../model/labels.ts";
import type { Matcher } from "../../model/matcher.ts";
import { floatText, plainNumberText } from "../../model/number-text.ts";
import type {
  Aggregation,
  Binary,
  DurationExpression,
  MatrixSelector,
  NumberLiteral,
  Subquery,
  TimeShift,
  VectorMatching,
  VectorSelector,
} from "../ast.ts";
import { formatDuration } from "./durations.ts";
import { goQuote } from "./go-quote.ts";

/** What of an expression is printed in one piece, as Prometheus prints it (promql/parser/printer.go). */

export function printNumber({ value, isDuration }: NumberLiteral): string {
  return isDuration ? formatDuration(Math.round(value * 1000)) : plainNumberText(value);
}

/** `sum by (job) `, without the arguments. */
export function printAggregator({ operator, grouping, without }: Aggregation): string {
  if (without) return `${operator} without ${labelNames(grouping)} `;
  return grouping.length > 0 ? `${operator} by ${labelNames(grouping)} ` : operator;
}

/** `== bool on (job) group_left ()`, without the sides. */
export function printOperator({ operator, returnsBool, matching }: Binary): string {
  return `${operator}${returnsBool ? " bool" : ""}${matching ? printMatching(matching) : ""}`;
}

export function printSelector(selector: VectorSelector): string {
  const bounds = selector.bounds === undefined ? "" : ` ${selector.bounds}`;
  return printMatchers(selector) + printAt(selector) + bounds + printOffset(selector);
}

export function printMatrixSelector({ selector, window, windowExpression }: MatrixSelector): string {
  const bounds = selector.bounds === undefined ? "" : ` ${selector.bounds}`;
  const range = `[${printDuration(window, windowExpression)}]`;
  return printMatchers(selector) + range + bounds + printAt(selector) + printOffset(selector);
}

/** `[5m:1m] @ end()`, without what is evaluated. */
export function printSubqueryRange(subquery: Subquery): string {
  const { window, windowExpression, step, stepExpression } = subquery;
  const printedStep = step === null ? "" : printDuration(step, stepExpression);
  const range = `[${printDuration(window, windowExpression)}:${printedStep}]`;
  return range + printAt(subquery) + printOffset(subquery);
}

function labelNames(names: readonly string[]): string {
  return `(${names.map(labelName).join(", ")})`;
}

function labelName(name: string): string {
  return /^[A-Za-z_][0-9A-Za-z_]*$/.test(name) ? name : goQuote(name);
}

function printMatching(matching: VectorMatching): string {
  const { cardinality, on, labels, include, fillLeft, fillRight } = matching;
  const side = cardinality === "many-to-one" ? "left" : cardinality === "one-to-many" ? "right" : null;
  let text = "";
  if (on || labels.length > 0 || side) text += ` ${on ? "on" : "ignoring"} ${labelNames(labels)}`;
  if (side) text += ` group_${side} ${labelNames(include)}`;
  if (fillLeft !== null && Object.is(fillLeft, fillRight)) return `${text} fill (${floatText(fillLeft)})`;
  if (fillLeft !== null) text += ` fill_left (${floatText(fillLeft)})`;
  if (fillRight !== null) text += ` fill_right (${floatText(fillRight)})`;
  return text;
}

/** A selector that names nothing at all, as only info() may have, keeps its braces: without them it would be no text. */
function printMatchers({ name, matchers }: VectorSelector): string {
  const printed = matchers.filter((matcher) => !isName(matcher, name)).map(printMatcher);
  return printed.length > 0 || name === null ? `${name ?? ""}{${printed.sort().join(",")}}` : name;
}

function isName({ name, operator, value }: Matcher, metric: string | null): boolean {
  return name === METRIC_NAME && operator === "=" && value === metric && value !== "";
}

function printMatcher({ name, operator, value }: Matcher): string {
  return `${labelName(name)}${operator}${goQuote(value)}`;
}

function printAt({ at }: TimeShift): string {
  if (at === null) return "";
  return typeof at === "string" ? ` @ ${at}()` : ` @ ${printSeconds(at)}`;
}

/** Always with three decimals. */
function printSeconds(milliseconds: number): string {
  const [whole = "", decimals = ""] = plainNumberText(milliseconds / 1000).split(".");
  return `${whole}.${decimals.slice(0, 3).padEnd(3, "0")}`;
}

function printOffset({ offset, offsetExpression }: TimeShift): string {
  return offset === 0 ? "" : ` offset ${printDuration(offset, offsetExpression)}`;
}

function printDuration(milliseconds: number, expression: DurationExpression | undefined): string {
  return expression ? printDurationExpression(expression) : formatDuration(milliseconds);
}

function printDurationExpression(duration: DurationExpression): string {
  if (duration.type === "number") return printNumber(duration);
  if (duration.type === "durationCall") return `${duration.name}()`;
  const { operator, isInParens } = duration;
  const right = printDurationExpression(duration.right);
  const left = duration.left && printDurationExpression(duration.left);
  const printed =
    left === null
      ? operator + right
      : operator === "min_of" || operator === "max_of"
        ? `${operator}(${left}, ${right})`
        : `${left} ${operator} ${right}`;
  return isInParens ? `(${printed})` : printed;
}
