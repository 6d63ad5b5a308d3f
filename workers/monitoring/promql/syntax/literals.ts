import { goQuote } from "./go-quote.ts";
import { decodeUtf8 } from "./utf8.ts";

const HEXADECIMAL = /^0[xX](?:_?[0-9a-fA-F]+)+$/;
const OCTAL = /^0(?:_?[0-7]+)+$/;
const DECIMAL = /^(?:[0-9]+(?:_[0-9]+)*)?(?:\.(?:[0-9]+(?:_[0-9]+)*)?)?(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;

/** What a number's token stands for, or what is wrong with it (Go's strconv.ParseInt with base 0, else ParseFloat). */
export function parseNumber(text: string): number | { readonly problem: string } {
  const faulty = (reason: string) => ({
    problem: `error parsing number: strconv.ParseFloat: parsing ${goQuote(text)}: ${reason}`,
  });
  if (/^inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  const plain = text.replaceAll("_", "");
  if (HEXADECIMAL.test(text)) {
    const value = BigInt(plain);
    return value < 1n << 63n ? Number(value) : faulty("invalid syntax");
  }
  if (OCTAL.test(text)) {
    const value = BigInt(`0o${plain}`);
    if (value < 1n << 63n) return Number(value);
  }
  if (!DECIMAL.test(text) || !/^\.?[0-9]/.test(text)) return faulty("invalid syntax");
  const value = Number(plain);
  return Number.isFinite(value) ? value : faulty("value out of range");
}

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gs;
const CONTROL: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/**
 * What a string literal that the scanner let pass stands for. The escapes \x and \ooo are bytes: together they may spell
 * a character in UTF-8, and what is none becomes a lone surrogate.
 */
export function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith("`") || !inner.includes("\\")) return inner;
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  const append = (text: string) => {
    for (const byte of encoder.encode(text)) bytes.push(byte);
  };
  let at = 0;
  for (const match of inner.matchAll(ESCAPE)) {
    const [sequence, byte, short, long, octal, character = ""] = match;
    append(inner.slice(at, match.index));
    const code = short ?? long;
    if (byte !== undefined) bytes.push(Number.parseInt(byte, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else
      append(
        code === undefined
          ? (CONTROL[character] ?? character)
          : String.fromCodePoint(Number.parseInt(code, 16)),
      );
    at = match.index + sequence.length;
  }
  append(inner.slice(at));
  return decodeUtf8(new Uint8Array(bytes));
}
