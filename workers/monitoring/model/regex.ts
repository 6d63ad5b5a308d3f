import { RE2JS, RE2JSException } from "re2js";

/** A pattern that RE2 does not take, or one too large for us; the message is Go's: "error parsing regexp: …". */
export class RegexError extends Error {
  override readonly name = "RegexError";
}

/** Of a list of literals, such as a dashboard's variable writes it. */
const MAX_PATTERN_LENGTH = 65_536;
/** Of a pattern that needs the engine. */
const MAX_ENGINE_LENGTH = 4_096;
/**
 * In instructions. The time a value takes is its length times those that are busy at once, about a nanosecond each;
 * what is written out by repetition may all be busy.
 */
const MAX_PROGRAM_SIZE = 10_000;
const MAX_REPEATED_SIZE = 2_000;
/** `{1000}` is RE2's largest repetition, nested ones multiplied. */
const MAX_REPETITION = 1_000;
/** How many values a product such as (a|b)(c|d) may stand for; a plain list may be longer. */
const MAX_PRODUCT = 256;
const MAX_CACHED = 256;

type Predicate = (value: string) => boolean;

const cached = new Map<string, Predicate>();

/**
 * Whether a whole value matches a pattern of RE2's syntax, as Prometheus asks it: `^(?s:pattern)$`. The time is linear
 * in the value's length; literals, lists of them, and literals with `.*` or `.+` beside them do without the engine.
 *
 * @example compileRegex("api-.+")("api-1") // true
 * @throws RegexError
 */
export function compileRegex(pattern: string): Predicate {
  const known = cached.get(pattern);
  cached.delete(pattern);
  const predicate =
    known ?? (literalPredicate(pattern) || affixPredicate(pattern) || enginePredicate(pattern));
  cached.set(pattern, predicate);
  const [oldest] = cached.keys();
  if (cached.size > MAX_CACHED && oldest !== undefined) cached.delete(oldest);
  return predicate;
}

/**
 * The values that a pattern stands for, where they are a finite list that can be read off it; null otherwise.
 *
 * @example literalsOf("(a|b)-x") // ["a-x", "b-x"]
 */
export function literalsOf(pattern: string): string[] | null {
  const text = withoutAnchors(pattern);
  const parsed = alternatives(text, 0);
  return parsed && parsed.end === text.length ? [...new Set(parsed.values)] : null;
}

/**
 * A pattern for RE2's engine, to be used with `matches()`.
 *
 * @throws RegexError
 */
export function compileEngine(pattern: string): RE2JS {
  if (pattern.length > MAX_ENGINE_LENGTH || expandedLength(pattern) > MAX_ENGINE_LENGTH * 100)
    throw tooLarge();
  const regex = parse(pattern);
  if (regex.programSize() > (/\{\d/.test(pattern) ? MAX_REPEATED_SIZE : MAX_PROGRAM_SIZE)) throw tooLarge();
  return regex;
}

function parse(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new RegexError(
      error.message.replace(`(?s)${pattern}`, () => pattern),
      { cause: error },
    );
  }
}

function tooLarge(): RegexError {
  return new RegexError("error parsing regexp: expression too large");
}

/** At most how long a pattern gets once its counted repetitions are written out, which the engine does. */
function expandedLength(pattern: string): number {
  let factor = 1;
  for (const [, least, most] of pattern.matchAll(/\{(\d{1,4})(?:,(\d{1,4}))?/g)) {
    factor = Math.min(factor * Math.max(1, Number(most ?? least)), MAX_REPETITION);
  }
  return pattern.length * factor;
}

function enginePredicate(pattern: string): Predicate {
  const regex = compileEngine(pattern);
  return (value) => regex.testExact(value);
}

function literalPredicate(pattern: string): Predicate | null {
  if (pattern.length > MAX_PATTERN_LENGTH) throw tooLarge();
  const literals = literalsOf(pattern);
  if (!literals) return null;
  const [only] = literals;
  if (literals.length === 1) return (value) => value === only;
  const set = new Set(literals);
  return (value) => set.has(value);
}

/** Of literals with anything before them, after them, or both. */
function affixPredicate(pattern: string): Predicate | null {
  let middle = withoutAnchors(pattern);
  const before = anything(middle.slice(0, 2));
  if (before !== null) middle = middle.slice(2);
  const after = anything(middle.slice(-2));
  if (after !== null) middle = middle.slice(0, -2);
  const parsed = concatenation(middle, 0);
  if (!parsed || parsed.end !== middle.length) return null;
  const { values } = parsed;
  return (value) => values.some((literal) => hasAt(value, literal, before, after));
}

/** How many characters `.*` or `.+` takes at least; null for anything else. */
function anything(pattern: string): number | null {
  if (pattern === ".*") return 0;
  return pattern === ".+" ? 1 : null;
}

function hasAt(value: string, literal: string, before: number | null, after: number | null): boolean {
  const room = value.length - literal.length - (after ?? 0);
  if (room < (before ?? 0)) return false;
  if (before === null) return value.startsWith(literal);
  if (after === null) return value.endsWith(literal);
  const at = value.indexOf(literal, before);
  return at >= 0 && at <= room;
}

/** `^` at the beginning and `$` at the end say nothing that is not said already. */
function withoutAnchors(pattern: string): string {
  const text = pattern.startsWith("^") ? pattern.slice(1) : pattern;
  if (!text.endsWith("$")) return text;
  let escapes = 0;
  while (text.at(-2 - escapes) === "\\") escapes += 1;
  return escapes % 2 === 0 ? text.slice(0, -1) : text;
}

interface Parsed {
  values: string[];
  /** Where the text goes on. */
  end: number;
}

function alternatives(text: string, start: number): Parsed | null {
  const values: string[] = [];
  for (let at = start; ; at += 1) {
    const parsed = concatenation(text, at);
    if (!parsed) return null;
    for (const value of parsed.values) values.push(value);
    at = parsed.end;
    if (text[at] !== "|") return { values, end: at };
  }
}

function concatenation(text: string, start: number): Parsed | null {
  let values = [""];
  let at = start;
  while (at < text.length && text[at] !== "|" && text[at] !== ")") {
    const next = text[at] === "(" ? group(text, at) : literal(text, at);
    if (!next || "*+?{".includes(text[next.end] || " ")) return null;
    if (values.length > 1 && next.values.length * values.length > MAX_PRODUCT) return null;
    values = values.flatMap((value) => next.values.map((more) => value + more));
    at = next.end;
  }
  return { values, end: at };
}

function group(text: string, start: number): Parsed | null {
  const parsed = alternatives(text, text.startsWith("(?:", start) ? start + 3 : start + 1);
  return parsed && text[parsed.end] === ")" ? { values: parsed.values, end: parsed.end + 1 } : null;
}

/** A run of characters that mean themselves, up to one that might be repeated. */
function literal(text: string, start: number): Parsed | null {
  if (text[start] === "\\") {
    const escaped = text[start + 1] ?? "";
    return /[!-/:-@[-`{-~]/.test(escaped) ? { values: [escaped], end: start + 2 } : null;
  }
  let end = start;
  while (end < text.length && !"\\.+*?()|[{^$".includes(text[end] || "")) end += 1;
  return end === start ? null : { values: [text.slice(start, end)], end };
}
