const SPACE = 0x20;
const TAB = 0x09;

/** What a character may be part of, by its code: a metric's name, a label's, a number. */
const METRIC = 1;
const LABEL = 2;
const DIGIT = 4;
const NUMBER = 8;
const CLASSES = new Uint8Array(128);
for (const [characters, classes] of [
  ["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", METRIC | LABEL],
  [":", METRIC],
  ["0123456789", METRIC | LABEL | DIGIT | NUMBER],
  ["+-.eE", NUMBER],
] as const)
  for (const character of characters) {
    const code = character.charCodeAt(0);
    CLASSES[code] = (CLASSES[code] ?? 0) | classes;
  }

const NOT_FINITE: ReadonlyMap<string, number> = new Map([
  ...["nan", "+nan", "-nan"].map((text): [string, number] => [text, Number.NaN]),
  ...["inf", "+inf", "infinity", "+infinity"].map((text): [string, number] => [text, Infinity]),
  ...["-inf", "-infinity"].map((text): [string, number] => [text, -Infinity]),
]);

/** What is wrong with a line; the others are read all the same. */
export class LineFault extends Error {
  override readonly name = "LineFault";
}

/** Reads the parts of one line after the other of an exposition, from left to right. */
export class ExpositionLine {
  #text = "";
  #start = 0;
  #at = 0;
  #end = 0;

  /** Goes to the line from `start` to `end` of a text. */
  goTo(text: string, start: number, end: number): void {
    this.#text = text;
    this.#start = start;
    this.#at = start;
    this.#end = end;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#end;
  }

  comes(character: string): boolean {
    return this.#at < this.#end && this.#text.charCodeAt(this.#at) === character.charCodeAt(0);
  }

  /** Passes over a character if it comes next. */
  takes(character: string): boolean {
    const comes = this.comes(character);
    if (comes) this.#at += 1;
    return comes;
  }

  expect(character: string): void {
    if (!this.takes(character)) this.fail(`${character} is missing`);
  }

  skipSpaces(): void {
    while (this.#at < this.#end && isSpace(this.#text.charCodeAt(this.#at))) this.#at += 1;
  }

  metricName(): string {
    return this.comes('"') ? this.quoted() : this.#name(METRIC, "a metric's name is missing");
  }

  labelName(): string {
    return this.comes('"') ? this.quoted() : this.#name(LABEL, "a label's name is missing");
  }

  word(): string {
    const start = this.#at;
    while (this.#at < this.#end && !isSpace(this.#text.charCodeAt(this.#at))) this.#at += 1;
    return this.#at === start
      ? this.fail("something is missing at the end")
      : this.#text.slice(start, this.#at);
  }

  rest(): string {
    const rest = this.#text.slice(this.#at, this.#end);
    this.#at = this.#end;
    return rest;
  }

  /** Text in quotes, its escapes \\, \" and \n undone. */
  quoted(): string {
    this.expect('"');
    const text = this.#text;
    const start = this.#at;
    let hasEscapes = false;
    for (let at = start; at < this.#end; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) {
        hasEscapes = true;
        at += 1;
      } else if (code === QUOTE) {
        this.#at = at + 1;
        const quoted = text.slice(start, at);
        return hasEscapes ? withoutEscapes(quoted) : quoted;
      }
    }
    return this.fail("a closing quote is missing");
  }

  number(): number {
    const start = this.#at;
    let all = NUMBER;
    for (; this.#at < this.#end; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (isSpace(code)) break;
      all &= CLASSES[code] ?? 0;
    }
    if (this.#at === start) this.fail("a number is missing");
    const word = this.#text.slice(start, this.#at);
    const value = all === 0 ? (NOT_FINITE.get(word.toLowerCase()) ?? null) : Number(word);
    return value === null || (all !== 0 && Number.isNaN(value))
      ? this.fail(`${JSON.stringify(word.slice(0, 40))} is no number`)
      : value;
  }

  fail(what: string): never {
    throw new LineFault(`${what}, at character ${this.#at - this.#start + 1}`);
  }

  #name(allowed: number, missing: string): string {
    const text = this.#text;
    const start = this.#at;
    if (((CLASSES[text.charCodeAt(start)] ?? 0) & DIGIT) !== 0) this.fail(missing);
    let at = start;
    while (at < this.#end && ((CLASSES[text.charCodeAt(at)] ?? 0) & allowed) !== 0) at += 1;
    if (at === start) this.fail(missing);
    this.#at = at;
    return text.slice(start, at);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const isSpace = (code: number): boolean => code === SPACE || code === TAB;

/** Of a backslash before anything else than \, " and n, both stay. */
export function withoutEscapes(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\([\\"n])/g, (_, character) => (character === "n" ? "\n" : character));
}
