import type { Labels } from "../../workers/monitoring/model/labels.ts";
import { parseLabels } from "./parse-labels.ts";
import { parseSequence } from "./parse-sequence.ts";
import { parseStartTimes } from "./parse-start-times.ts";
import { Scanner } from "./scanner.ts";
import { type ExpectedSeries, ScriptError } from "./script.ts";

const START_TIMES_MARK = /@st(?=\s)/y;

/** A line of start timestamps, `series@st -1m -1m`, or of those of every series after it, `@st -1m`. */
export interface StartTimesLine {
  /** Null: of every series. */
  readonly labels: Labels | null;
  readonly starts: readonly (number | null)[];
}

/** A line such as `name{label="value"} 1 2 3`. */
export function parseSeries(text: string, line: number): ExpectedSeries {
  return atLine(line, () => {
    const scanner = new Scanner(text);
    const labels = parseLabels(scanner);
    return { labels, points: parseSequence(scanner) };
  });
}

/** Null: the line is none of start timestamps. */
export function parseStartTimesLine(text: string, line: number): StartTimesLine | null {
  return atLine(line, () => {
    const scanner = new Scanner(text);
    const labels = text.startsWith("@") ? null : parseLabels(scanner);
    return scanner.take(START_TIMES_MARK) === null ? null : { labels, starts: parseStartTimes(scanner.rest) };
  });
}

function atLine<T>(line: number, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SyntaxError) throw new ScriptError(line, error.message);
    throw error;
  }
}
