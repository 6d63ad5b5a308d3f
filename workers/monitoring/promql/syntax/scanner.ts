import { goQuote, goQuoteCharacter } from "./go-quote.ts";
import { OperandTracker } from "./operand-tracker.ts";
import { scanNumber } from "./scan-number.ts";
import { scanString } from "./scan-string.ts";
import { type Token, type TokenKind, wordKind } from "./tokens.ts";

/** A query's tokens up to its end, the last of kind "end", or up to where no token begins. */
export interface ScannedQuery {
  readonly tokens: readonly Token[];
  readonly fault: { readonly problem: string; readonly start: number } | null;
}

const SKIPPED = /(?:[ \t\n\r]+|#[^\r\n]*)*/y;
const WORD = /[A-Za-z_:][0-9A-Za-z_:]*/y;
const LABEL = /[A-Za-z_][0-9A-Za-z_]*/y;
const OPERATOR = /==|!=|<=|>=|<\/|>\/|[-+*/%^<>@]/y;
const LABEL_OPERATOR = /=~|!~|!=|=/y;
const FILL = /^fill(?:_left|_right)?$/i;
const DURATION_WORD = /^(?:step|range|min_of|max_of)$/i;

/**
 * Takes a query apart into tokens as Prometheus' scanner does (promql/parser/lex.go), with the faults that it finds,
 * such as an unclosed parenthesis, and with the way the meaning of a character changes within braces and brackets.
 */
export function scan(query: string): ScannedQuery {
  const scanner = new Scanner(query);
  const fault = scanner.run();
  return { tokens: scanner.tokens, fault };
}

class Scanner {
  readonly tokens: Token[] = [];
  readonly #query: string;
  readonly #operands = new OperandTracker();
  #at = 0;
  #parens = 0;
  #isInBraces = false;
  #isInBrackets = false;
  #hasDuration = false;
  #hasColon = false;

  constructor(query: string) {
    this.#query = query;
  }

  run(): ScannedQuery["fault"] {
    for (;;) {
      this.#at += this.#match(SKIPPED)?.length ?? 0;
      const count = this.tokens.length;
      const problem = this.#at === this.#query.length ? this.#finish() : this.#next();
      if (problem !== null) {
        this.tokens.length = count;
        return { problem, start: this.#at };
      }
      if (this.tokens.at(-1)?.kind === "end") return null;
    }
  }

  /** The problem that keeps the next token from being one, or null. */
  #next(): string | null {
    const character = String.fromCodePoint(this.#query.codePointAt(this.#at) ?? 0);
    const mustBeDuration = this.#isInBrackets && !this.#hasDuration;
    if (mustBeDuration && !/[-+*/%^,():\]0-9.A-Za-z_]/.test(character))
      return `unexpected character in duration expression: ${goQuoteCharacter(character)}`;
    if (character === '"' || character === "'" || character === "`") {
      const string = scanString(this.#query, this.#at);
      return "problem" in string ? string.problem : this.#emit("string", string.end);
    }
    if (this.#isInBraces) return this.#nextInBraces(character);
    if (/[0-9]/.test(character) || /^\.[0-9]/.test(this.#query.slice(this.#at, this.#at + 2)))
      return this.#number();
    if (/[A-Za-z_:]/.test(character)) return this.#isInBrackets ? this.#wordInBrackets() : this.#word();
    const operator = this.#match(OPERATOR);
    if (operator !== null) return this.#emit("operator", this.#at + operator.length);
    return this.#punctuation(character);
  }

  #finish(): string | null {
    if (this.#isInBraces) return "unexpected end of input inside braces";
    if (this.#isInBrackets && !this.#hasDuration) return "unexpected end of input in duration expression";
    if (this.#parens !== 0) return "unclosed left parenthesis";
    if (this.#isInBrackets) return "unclosed left bracket";
    return this.#emit("end", this.#at);
  }

  #nextInBraces(character: string): string | null {
    const label = this.#match(LABEL);
    if (label !== null) return this.#emit("identifier", this.#at + label.length);
    const operator = this.#match(LABEL_OPERATOR);
    if (operator !== null)
      return this.#emit(operator === "=" ? "punctuation" : "operator", this.#at + operator.length);
    if (character === "!") {
      const next = String.fromCodePoint(this.#query.codePointAt(this.#at + 1) ?? 0xfffd);
      return `unexpected character after '!' inside braces: ${goQuoteCharacter(next)}`;
    }
    if (character === "{") return `unexpected left brace ${goQuoteCharacter(character)}`;
    if (character !== "," && character !== "}")
      return `unexpected character inside braces: ${goQuoteCharacter(character)}`;
    this.#isInBraces = character === ",";
    return this.#emit("punctuation", this.#at + 1);
  }

  #number(): string | null {
    const { kind, end } = scanNumber(this.#query, this.#at);
    if (kind === "faulty")
      return `bad number or duration syntax: ${goQuote(this.#query.slice(this.#at, end))}`;
    this.#hasDuration = true;
    return this.#emit(kind, end);
  }

  #word(): string | null {
    const word = this.#match(WORD) ?? "";
    const end = this.#at + word.length;
    const isFill = FILL.test(word) && /^[ \t\n\r]*\(/.test(this.#query.slice(end));
    return this.#emit(isFill ? "keyword" : wordKind(word), end);
  }

  #wordInBrackets(): string | null {
    const word = this.#match(LABEL);
    if (word !== null && DURATION_WORD.test(word)) return this.#emit("word", this.#at + word.length);
    const character = this.#query.charAt(this.#at);
    if (character !== ":") return this.#unexpectedInBrackets(character);
    if (this.#hasColon) return `unexpected colon ${goQuoteCharacter(":")}`;
    this.#hasColon = true;
    const isFirst = this.#query.charAt(this.tokens.at(-1)?.start ?? 0) === "[";
    this.#emit("punctuation", this.#at + 1);
    return isFirst ? "unexpected colon before duration in duration expression" : null;
  }

  #unexpectedInBrackets(character: string): string {
    const quoted = goQuoteCharacter(character);
    return this.#hasDuration
      ? `unexpected character: ${quoted}, expected ':'`
      : `unexpected character in duration expression: ${quoted}`;
  }

  #punctuation(character: string): string | null {
    const quoted = goQuoteCharacter(character);
    const next = this.#query.codePointAt(this.#at + 1);
    const quotedNext = goQuoteCharacter(next === undefined ? "\ufffd" : String.fromCodePoint(next));
    if (character === "=" && next === 0x7e) return `unexpected character after '=': ${quotedNext}`;
    if (character === "!") return `unexpected character after '!': ${quotedNext}`;
    if (character === "[" && this.#isInBrackets) return `unexpected left bracket ${quoted}`;
    if (character === "]" && !this.#isInBrackets) return `unexpected right bracket ${quoted}`;
    if (!",=()[]{".includes(character)) {
      return this.#isInBrackets && !this.#hasDuration
        ? this.#unexpectedInBrackets(character)
        : `unexpected character: ${quoted}`;
    }
    this.#emit("punctuation", this.#at + 1);
    if (character === "(") this.#parens++;
    if (character === ")" && --this.#parens < 0) return `unexpected right parenthesis ${quoted}`;
    if (character === "{") this.#isInBraces = true;
    if (character === "[" || character === "]") {
      this.#isInBrackets = character === "[";
      this.#hasDuration = false;
      this.#hasColon = false;
    }
    return null;
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#query)?.[0] ?? null;
  }

  #emit(kind: TokenKind, end: number): null {
    const { isDue: isOperandDue } = this.#operands;
    const token = { kind, text: this.#query.slice(this.#at, end), start: this.#at, end, isOperandDue };
    this.tokens.push(token);
    if (!this.#isInBraces) this.#operands.follow(token);
    this.#at = end;
    return null;
  }
}
