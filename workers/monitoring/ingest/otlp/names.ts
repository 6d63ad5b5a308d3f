import type { OtlpMetric } from "./data.ts";

/** UCUM's codes and what Prometheus calls the units. */
const UNITS: Readonly<Record<string, string>> = {
  d: "days",
  h: "hours",
  min: "minutes",
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  By: "bytes",
  KiBy: "kibibytes",
  MiBy: "mebibytes",
  GiBy: "gibibytes",
  TiBy: "tebibytes",
  kBy: "kilobytes",
  KBy: "kilobytes",
  MBy: "megabytes",
  GBy: "gigabytes",
  TBy: "terabytes",
  m: "meters",
  V: "volts",
  A: "amperes",
  J: "joules",
  W: "watts",
  g: "grams",
  Cel: "celsius",
  Hz: "hertz",
  "1": "",
  "%": "percent",
};

const PER_UNITS: Readonly<Record<string, string>> = {
  s: "second",
  m: "minute",
  h: "hour",
  d: "day",
  w: "week",
  mo: "month",
  y: "year",
};

/**
 * The name of a metric in Prometheus, by the rules that Prometheus has by default (github.com/prometheus/otlptranslator,
 * UnderscoreEscapingWithSuffixes): what is no letter, digit or colon divides words, which underscores join again; the
 * unit and _total follow, or _ratio for gauges of unit 1. "" if nothing is left.
 *
 * @example metricName({ name: "http.server.duration", unit: "s", kind: "histogram", … }) // "http_server_duration_seconds"
 */
export function metricName({ name, unit, kind, isMonotonic }: OtlpMetric): string {
  let words = name.split(/[^a-zA-Z0-9:]+/).filter((word) => word !== "");
  const [main, per] = unitWords(unit);
  if (main !== "" && !words.includes(main)) words.push(main);
  if (per !== "" && !words.includes(per)) words.push(per);
  if (kind === "sum" && isMonotonic) words = [...words.filter((word) => word !== "total"), "total"];
  if (kind === "gauge" && unit === "1") words = [...words.filter((word) => word !== "ratio"), "ratio"];
  const joined = words.join("_");
  return /^[0-9]/.test(joined) ? `_${joined}` : joined;
}

/** @example unitText("By/s") // "bytes_per_second" */
export function unitText(unit: string): string {
  return unitWords(unit)
    .filter((word) => word !== "")
    .join("_");
}

/** Units in braces, such as {request}, are remarks. */
function unitWords(unit: string): [main: string, per: string] {
  const slash = unit.indexOf("/");
  const main = wordOf(slash < 0 ? unit : unit.slice(0, slash), UNITS);
  const per = slash < 0 ? "" : wordOf(unit.slice(slash + 1), PER_UNITS);
  return [main, per === "" ? "" : `per_${per}`];
}

function wordOf(code: string, words: Readonly<Record<string, string>>): string {
  const trimmed = code.trim();
  if (/[{}]/.test(trimmed)) return "";
  const word = Object.hasOwn(words, trimmed) ? (words[trimmed] ?? "") : trimmed;
  return word.replace(/[^a-zA-Z0-9:]+/g, "_").replace(/^_|_$/g, "");
}

/**
 * The name of a label, by the same rules: what is no letter, digit or underscore becomes one, and a name that begins
 * with a digit or a single underscore gets "key" before it.
 *
 * @example labelName("http.method") // "http_method"
 */
export function labelName(key: string): string {
  const name = key.replace(/[^a-zA-Z0-9_]/gu, "_");
  if (/^[0-9]/.test(name)) return `key_${name}`;
  return /^_(?!_)/.test(name) ? `key${name}` : name;
}
