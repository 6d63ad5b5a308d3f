import type { Token } from "./tokens.ts";

/** Follows the tokens of a query to tell where an operand is due and where what goes on after one. */
export class OperandTracker {
  /** Before the next token. */
  isDue = true;
  /** Of each open parenthesis: whether an operand is due once it is closed. */
  readonly #dueAfter: boolean[] = [];
  #isMatching = false;

  /** Moves on past a token that stood outside of braces. */
  follow({ kind, text, isOperandDue }: Omit<Token, "start" | "end">): void {
    const isMatching = this.#isMatching;
    this.#isMatching = false;
    switch (kind) {
      case "keyword":
        this.#isMatching = /^(?:on|ignoring|group_|fill)/i.test(text);
        this.isDue = this.#isMatching || text.toLowerCase() === "bool";
        break;
      case "operator":
        this.isDue = !(isOperandDue && /^[a-z]/i.test(text));
        break;
      default:
        if (text === "(") this.#dueAfter.push(isMatching);
        this.isDue = text === ")" ? (this.#dueAfter.pop() ?? false) : text === "(" || text === ",";
    }
  }
}
