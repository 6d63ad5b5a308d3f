const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/g;

/** A string between quotes, as a sticky pattern. */
export const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/y;

/**
 * The value of a string literal of Go between double, single or back quotes; \x and octal escapes are bytes of UTF-8.
 *
 * @throws SyntaxError for an escape that Go does not know
 */
export function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith("`") || !inner.includes("\\")) return inner;
  const bytes: number[] = [];
  let end = 0;
  for (const match of inner.matchAll(ESCAPE)) {
    bytes.push(...bytesOf(inner.slice(end, match.index)), ...bytesOfEscape(match));
    end = match.index + match[0].length;
  }
  bytes.push(...bytesOf(inner.slice(end)));
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function bytesOfEscape([whole, byte, short, long, octal, simple]: RegExpExecArray): Iterable<number> {
  if (byte !== undefined) return [Number.parseInt(byte, 16)];
  if (octal !== undefined) return [Number.parseInt(octal, 8)];
  if (simple === undefined) return bytesOf(String.fromCodePoint(Number.parseInt(short ?? long ?? "", 16)));
  const character = SIMPLE_ESCAPES[simple];
  if (character === undefined) throw new SyntaxError(`unknown escape sequence ${whole}`);
  return bytesOf(character);
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
