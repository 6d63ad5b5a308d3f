import { parseDuration } from "./duration.ts";
import { type DeprecatedMode, parseExpectation, parseTimeRange } from "./parse-expectation.ts";
import { parseLoad } from "./parse-load.ts";
import { type Command, type Evaluation, ScriptError } from "./script.ts";

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+at\s+(\S+)\s+(.+)$/;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/;

/**
 * The commands of a script, in order (prometheus/prometheus: promql/promqltest/test.go).
 *
 * @throws ScriptError at the first line that cannot be read
 */
export function parseScript(text: string): Command[] {
  const lines = text.split("\n").map((line) => line.trim().replace(/^#.*/, ""));
  const commands: Command[] = [];
  for (let index = 0; index < lines.length; ) {
    const first = lines[index] ?? "";
    const line = index + 1;
    const end = first === "" || first === "clear" ? line : endOfBlock(lines, line);
    const block = lines.slice(line, end);
    if (first === "clear") commands.push({ type: "clear", line });
    else if (first.startsWith("load")) commands.push(parseLoad(first, block, line));
    else if (first.startsWith("eval")) commands.push(parseEvaluation(first, block, line));
    else if (first !== "") throw new ScriptError(line, `unknown command ${first}`);
    index = end;
  }
  return commands;
}

function endOfBlock(lines: readonly string[], from: number): number {
  const end = lines.indexOf("", from);
  return end < 0 ? lines.length : end;
}

function parseEvaluation(first: string, block: readonly string[], line: number): Evaluation {
  const instant = INSTANT.exec(first);
  if (instant !== null) {
    const at = parseDuration(instant[2] ?? "");
    if (at === null) throw new ScriptError(line, `invalid time ${instant[2]}`);
    const expectation = parseExpectation(block, line + 1, deprecatedMode(instant[1]), true);
    return { type: "evaluation", line, query: instant[3] ?? "", when: { at }, expectation };
  }
  const range = RANGE.exec(first);
  if (range === null)
    throw new ScriptError(
      line,
      "expected eval instant at <time> <query> or eval range from … to … step … <query>",
    );
  const when = parseTimeRange(range.slice(2, 5), line);
  const expectation = parseExpectation(block, line + 1, deprecatedMode(range[1]), false);
  return { type: "evaluation", line, query: range[5] ?? "", when, expectation };
}

function deprecatedMode(text: string | undefined): DeprecatedMode {
  return text === "fail" || text === "warn" || text === "info" || text === "ordered" ? text : null;
}
