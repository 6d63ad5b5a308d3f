import { parseDuration } from "./duration.ts";
import { parseSeries, parseStartTimesLine, type StartTimesLine } from "./parse-series.ts";
import { type ExpectedSeries, type Load, type LoadedSeries, ScriptError } from "./script.ts";

const LOAD = /^load(_with_nhcb)?\s+(\S+)$/;

/** A `load` command: its first line and those that follow it up to the next empty one. */
export function parseLoad(first: string, block: readonly string[], line: number): Load {
  const match = LOAD.exec(first);
  const step = parseDuration(match?.[2] ?? "");
  if (match === null || step === null)
    throw new ScriptError(line, "expected load <step> or load_with_nhcb <step>");
  return {
    type: "load",
    line,
    step,
    withCustomBuckets: match[1] !== undefined,
    series: parseBlock(block, line + 1),
  };
}

function parseBlock(block: readonly string[], firstLine: number): LoadedSeries[] {
  const loaded: LoadedSeries[] = [];
  let ofEvery: StartTimesLine | null = null;
  let ofNext: StartTimesLine | null = null;
  for (const [index, text] of block.entries()) {
    const line = firstLine + index;
    const startTimes = parseStartTimesLine(text, line);
    if (startTimes === null) {
      const series = parseSeries(text, line);
      loaded.push({ ...series, starts: startsOf(series, ofNext, ofEvery, line) });
      ofNext = null;
    } else if (startTimes.labels === null) ofEvery = startTimes;
    else if (ofNext === null) ofNext = startTimes;
    else throw new ScriptError(line - 1, "no samples follow these start timestamps");
  }
  if (ofNext !== null)
    throw new ScriptError(firstLine + block.length - 1, "no samples follow these start timestamps");
  return loaded;
}

function startsOf(
  series: ExpectedSeries,
  own: StartTimesLine | null,
  ofEvery: StartTimesLine | null,
  line: number,
): (number | null)[] {
  if (own === null) {
    const starts = ofEvery?.starts ?? [];
    return series.points.map((_, index) => starts[index % starts.length] ?? null);
  }
  if (own.labels?.key !== series.labels.key)
    throw new ScriptError(line - 1, "start timestamps are of another series than the samples after them");
  if (own.starts.length !== series.points.length)
    throw new ScriptError(
      line - 1,
      `${own.starts.length} start timestamps stand before ${series.points.length} samples`,
    );
  return [...own.starts];
}
