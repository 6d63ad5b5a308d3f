import { RE2JS } from "re2js";
import { unquote } from "../../workers/monitoring/promql/syntax/literals.ts";
import { parseDuration } from "./duration.ts";
import { parseFloatText } from "./parse-sequence.ts";
import { parseSeries } from "./parse-series.ts";
import {
  type AnnotationExpectation,
  type Expectation,
  type ExpectedSeries,
  type ExpectedValue,
  ScriptError,
  type TextCondition,
  type TimeRange,
} from "./script.ts";

const EXPECT = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;
const EXPECT_RANGE = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/;
const EXPECT_STRING = /^expect string\s*(.*)$/;
const DEPRECATED_FAILURE = /^expected_fail_(message|regexp)\s+(.+)$/;
const QUOTED_WHOLE = /^(?:"(?:[^"\\]|\\.)*"|`[^`]*`)$/;
const SCALAR = /^[+-]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|nan)$/i;
const ANYTHING: TextCondition = { description: "anything", matches: () => true };

/** What `eval` may have appended: eval_fail, eval_warn, eval_info, eval_ordered. */
export type DeprecatedMode = "fail" | "warn" | "info" | "ordered" | null;

/** What a query is expected to give: the lines of its evaluation up to the next empty one. */
export function parseExpectation(
  block: readonly string[],
  firstLine: number,
  mode: DeprecatedMode,
  isInstant: boolean,
): Expectation {
  const builder = new ExpectationBuilder(mode, isInstant);
  for (const [index, text] of block.entries()) builder.read(text, firstLine + index);
  return builder.build(firstLine);
}

/** The times from, to and step of a range, none of them negative. */
export function parseTimeRange(texts: readonly (string | undefined)[], line: number): TimeRange {
  const [start, end, step] = texts.map((text) => parseDuration(text?.trim() ?? ""));
  if (start == null || end == null || step == null)
    throw new ScriptError(line, "expected from <time> to <time> step <duration>");
  if (end < start) throw new ScriptError(line, "the range ends before it starts");
  return { start, end, step };
}

class ExpectationBuilder {
  readonly #mode: DeprecatedMode;
  readonly #isInstant: boolean;
  #failure: TextCondition | null;
  readonly #some: { warn: TextCondition[]; info: TextCondition[] };
  readonly #none = { warn: false, info: false };
  #isOrdered: boolean;
  #single: Exclude<ExpectedValue, { type: "series" }> | null = null;
  #rangeVector: TimeRange | null = null;
  readonly #series: ExpectedSeries[] = [];

  constructor(mode: DeprecatedMode, isInstant: boolean) {
    this.#mode = mode;
    this.#isInstant = isInstant;
    this.#failure = mode === "fail" ? ANYTHING : null;
    this.#some = { warn: mode === "warn" ? [ANYTHING] : [], info: mode === "info" ? [ANYTHING] : [] };
    this.#isOrdered = mode === "ordered";
  }

  read(text: string, line: number): void {
    if (this.#mode === "fail" && text.startsWith("expected_fail_")) this.#readDeprecatedFailure(text, line);
    else if (text.startsWith("expect range vector")) {
      const match = EXPECT_RANGE.exec(text);
      this.#rangeVector = parseTimeRange(match?.slice(1) ?? [], line);
    } else if (text.startsWith("expect string")) this.#readString(text, line);
    else if (/^expect\s/.test(text)) this.#readExpect(text, line);
    else if (SCALAR.test(text)) this.#setSingle({ type: "scalar", value: parseFloatText(text) }, line);
    else this.#readSeries(text, line);
  }

  build(line: number): Expectation {
    if (this.#single !== null && this.#series.length > 0)
      throw new ScriptError(line, "both series and a single value are expected");
    return {
      failure: this.#failure,
      warnings: this.#annotations("warn", line),
      infos: this.#annotations("info", line),
      isOrdered: this.#isOrdered,
      value: this.#single ?? { type: "series", series: this.#series, rangeVector: this.#rangeVector },
    };
  }

  #annotations(level: "warn" | "info", line: number): AnnotationExpectation {
    const expected = { none: this.#none[level], some: this.#some[level] };
    if (expected.none && expected.some.length > 0)
      throw new ScriptError(line, `${level} and no_${level} cannot both be expected`);
    return expected;
  }

  #readDeprecatedFailure(text: string, line: number): void {
    const match = DEPRECATED_FAILURE.exec(text);
    if (match === null) throw new ScriptError(line, "expected expected_fail_message or expected_fail_regexp");
    this.#failure = textCondition(match[1] === "message" ? "msg" : "regex", match[2] ?? "", line);
  }

  #readString(text: string, line: number): void {
    const literal = EXPECT_STRING.exec(text)?.[1] ?? "";
    if (!QUOTED_WHOLE.test(literal)) throw new ScriptError(line, "expected a quoted string");
    this.#setSingle({ type: "string", value: unquote(literal) }, line);
  }

  #readExpect(text: string, line: number): void {
    const [matched, type, match, wording] = EXPECT.exec(text) ?? [];
    if (matched === undefined) throw new ScriptError(line, "expected expect <type> <match_type>: <string>");
    const condition = wording === undefined ? ANYTHING : textCondition(match ?? "", wording, line);
    if (type === "fail") {
      if (this.#failure !== null) throw new ScriptError(line, "a query fails only once");
      this.#failure = condition;
    } else if (type === "ordered") this.#isOrdered = true;
    else if (type === "warn" || type === "info") this.#some[type].push(condition);
    else this.#none[type === "no_warn" ? "warn" : "info"] = true;
  }

  #setSingle(value: Exclude<ExpectedValue, { type: "series" }>, line: number): void {
    if (this.#single !== null) throw new ScriptError(line, "a single value is expected already");
    this.#single = value;
  }

  #readSeries(text: string, line: number): void {
    const series = parseSeries(text, line);
    if (series.points.length === 0) throw new ScriptError(line, "expected a value after the labels");
    if (this.#isInstant && this.#rangeVector === null && series.points.length > 1)
      throw new ScriptError(
        line,
        "an instant query gives one value a series, unless a range vector is expected",
      );
    if (this.#series.some(({ labels }) => labels.key === series.labels.key))
      throw new ScriptError(line, "the series is expected already");
    this.#series.push(series);
  }
}

function textCondition(match: string, wording: string, line: number): TextCondition {
  const expected = wording.trim();
  if (match === "msg") return { description: expected, matches: (text) => text === expected };
  try {
    const pattern = RE2JS.compile(expected);
    return { description: `/${expected}/`, matches: (text) => pattern.matcher(text).find() };
  } catch (cause) {
    throw new ScriptError(line, `invalid regular expression ${expected}: ${String(cause)}`);
  }
}
