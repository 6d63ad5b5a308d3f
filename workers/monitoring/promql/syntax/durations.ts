import { goQuote } from "./go-quote.ts";

const DAY = 86_400_000;

/** Milliseconds, the largest first: a duration names its units in this order. `isExact`: printed only if nothing is left over. */
const UNITS = [
  { unit: "y", milliseconds: 365 * DAY, isExact: true },
  { unit: "w", milliseconds: 7 * DAY, isExact: true },
  { unit: "d", milliseconds: DAY, isExact: false },
  { unit: "h", milliseconds: 3_600_000, isExact: false },
  { unit: "m", milliseconds: 60_000, isExact: false },
  { unit: "s", milliseconds: 1000, isExact: false },
  { unit: "ms", milliseconds: 1, isExact: false },
];

/** What Go's time.Duration holds: 2⁶³ nanoseconds. */
const MAX_SECONDS = 2 ** 63 / 1e9;

/** Whether seconds are more, or less, than a duration of Prometheus may be. */
export function isOutOfRange(seconds: number): boolean {
  return Math.abs(seconds) > MAX_SECONDS;
}

/**
 * The milliseconds of a duration such as 1h30m, or what is wrong with it (prometheus/common model.ParseDuration).
 *
 * @example parseDuration("1m30s") // 90000
 */
export function parseDuration(text: string): number | { readonly problem: string } {
  const invalid = { problem: `not a valid duration string: ${goQuote(text)}` };
  if (!/^(?:[0-9]+[a-z]+)+$/.test(text)) return invalid;
  let total = 0;
  let last = -1;
  for (const [, count = "", unit = ""] of text.matchAll(/([0-9]+)([a-z]+)/g)) {
    const index = UNITS.findIndex((candidate) => candidate.unit === unit);
    const { milliseconds } = UNITS[index] ?? { milliseconds: 0 };
    if (milliseconds === 0) return { problem: `unknown unit ${goQuote(unit)} in duration ${goQuote(text)}` };
    if (index <= last) return invalid;
    last = index;
    total += Number(count) * milliseconds;
    if (isOutOfRange(total / 1000)) return { problem: "duration out of range" };
  }
  return total;
}

/** @example formatDuration(90_000) // "1m30s" */
export function formatDuration(milliseconds: number): string {
  let rest = Math.trunc(Math.abs(milliseconds));
  if (rest === 0) return "0s";
  let text = milliseconds < 0 ? "-" : "";
  for (const { unit, milliseconds: size, isExact } of UNITS) {
    if (rest < size || (isExact && rest % size !== 0)) continue;
    text += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return text;
}
