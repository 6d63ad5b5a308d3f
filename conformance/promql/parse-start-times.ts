import { parseDuration } from "./duration.ts";

const ITEM =
  /^(?:(?<omitted>_)|(?<same>\*)|(?<base>[+-]?\d+[a-wyz]*)(?:(?<step>[+-][+-]?\d+[a-wyz]*)(?=x))?)(?:x(?<times>\d+))?$/;

/**
 * When the counters of a series' points began, counted from each point's own time, in milliseconds; null for `_`. As
 * with values, `a+bxn` stands for n + 1 of them, and `*` for the one before.
 *
 * @throws SyntaxError
 */
export function parseStartTimes(text: string): (number | null)[] {
  const starts: (number | null)[] = [];
  for (const item of text.split(/\s+/).filter((part) => part !== "")) {
    const groups = ITEM.exec(item)?.groups;
    if (groups === undefined) throw new SyntaxError(`expected start timestamps, found ${item}`);
    const times = groups.times === undefined ? 0 : Number(groups.times);
    if (groups.omitted !== undefined) {
      if (groups.times === "0") throw new SyntaxError(`invalid repetition in ${item}`);
      for (let i = 0; i < Math.max(times, 1); i++) starts.push(null);
      continue;
    }
    const before = starts.findLast((start) => start !== null) ?? 0;
    const base = groups.base === undefined ? before : signedDuration(groups.base);
    const step = groups.step === undefined ? 0 : stepOf(groups.step);
    for (let i = 0; i <= times; i++) starts.push(base + i * step);
  }
  return starts;
}

/** `+1m`, `-1m` and also `--1m`, since a step's duration may have a sign of its own. */
function stepOf(text: string): number {
  const step = signedDuration(text.slice(1));
  return text.startsWith("-") ? -step : step;
}

function signedDuration(text: string): number {
  const duration = parseDuration(text.replace(/^[+-]/, ""));
  if (duration === null) throw new SyntaxError(`expected a duration, found ${text}`);
  return text.startsWith("-") ? -duration : duration;
}
