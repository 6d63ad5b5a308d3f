const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const SPACES = /[ \t]*/y;
const WORD = /[^ \t]+/y;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const NOT_FINITE: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  "+nan": Number.NaN,
  "-nan": Number.NaN,
  inf: Infinity,
  "+inf": Infinity,
  "-inf": -Infinity,
  infinity: Infinity,
  "+infinity": Infinity,
  "-infinity": -Infinity,
};

/** What is wrong with a line; the others are read all the same. */
export class LineFault extends Error {
  override readonly name = "LineFault";
}

/** Reads the parts of one line of an exposition, from left to right. */
export class ExpositionLine {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Passes over a character if it comes next. */
  takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  comes(character: string): boolean {
    return this.#text[this.#at] === character;
  }

  expect(character: string): void {
    if (!this.takes(character)) this.fail(`${character} is missing`);
  }

  skipSpaces(): void {
    this.#match(SPACES);
  }

  metricName(): string {
    return this.comes('"')
      ? this.quoted()
      : (this.#match(METRIC_NAME) ?? this.fail("a metric's name is missing"));
  }

  labelName(): string {
    return this.comes('"')
      ? this.quoted()
      : (this.#match(LABEL_NAME) ?? this.fail("a label's name is missing"));
  }

  word(): string {
    return this.#match(WORD) ?? this.fail("something is missing at the end");
  }

  rest(): string {
    const rest = this.#text.slice(this.#at);
    this.#at = this.#text.length;
    return rest;
  }

  /** Text in quotes, its escapes \\, \" and \n undone. */
  quoted(): string {
    this.expect('"');
    const start = this.#at;
    let end = this.#text.indexOf('"', start);
    while (end > 0 && this.#isEscaped(start, end)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) this.fail("a closing quote is missing");
    this.#at = end + 1;
    return withoutEscapes(this.#text.slice(start, end));
  }

  number(): number {
    const word = this.#match(WORD) ?? this.fail("a number is missing");
    if (NUMBER.test(word)) return Number(word);
    const value = NOT_FINITE[word.toLowerCase()];
    return value ?? this.fail(`${JSON.stringify(word.slice(0, 40))} is no number`);
  }

  fail(what: string): never {
    throw new LineFault(`${what}, at character ${this.#at + 1}`);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #isEscaped(start: number, at: number): boolean {
    let slashes = 0;
    while (at - slashes > start && this.#text[at - slashes - 1] === "\\") slashes += 1;
    return slashes % 2 === 1;
  }
}

/** Of a backslash before anything else than \, " and n, both stay. */
export function withoutEscapes(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\([\\"n])/g, (_, character) => (character === "n" ? "\n" : character));
}
