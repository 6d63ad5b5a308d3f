import type { SyntaxNode } from "@lezer/common";
import type { TextRange } from "../annotations.ts";
import { MAX_DEPTH, MAX_QUERY_LENGTH, tooDeepAt } from "./nesting.ts";
import { type ScannedQuery, scan } from "./scanner.ts";
import { PromqlSyntaxError } from "./syntax-error.ts";
import type { Token } from "./tokens.ts";
import { parseTree } from "./tree.ts";
import { textForTree } from "./tree-text.ts";
import { describeUnexpected } from "./unexpected.ts";

/**
 * A query as text, as tokens and as the tree that @prometheus-io/lezer-promql makes of it. The tokens say what a literal
 * or a name is, the tree how they belong together.
 */
export class Source {
  readonly query: string;
  readonly root: SyntaxNode;
  readonly #scanned: ScannedQuery;
  readonly #indexes: ReadonlyMap<number, number>;

  /** @throws PromqlSyntaxError for a query that is too long or too deep */
  constructor(query: string) {
    this.query = query;
    if (query.length > MAX_QUERY_LENGTH)
      this.fail(`query is longer than ${MAX_QUERY_LENGTH} characters`, { start: 0, end: query.length });
    this.#scanned = scan(query);
    const { tokens } = this.#scanned;
    const tooDeep = tooDeepAt(tokens);
    if (tooDeep) this.fail(`expression is nested more than ${MAX_DEPTH} levels deep`, tooDeep);
    this.#indexes = new Map(tokens.map(({ start }, index) => [start, index]));
    this.root = parseTree(textForTree(tokens), tokens).topNode;
  }

  get tokens(): readonly Token[] {
    return this.#scanned.tokens;
  }

  get fault(): ScannedQuery["fault"] {
    return this.#scanned.fault;
  }

  /** The token that begins a node, or one of those after it. */
  token(node: SyntaxNode, after = 0): Token {
    const index = this.#indexes.get(node.from) ?? -1;
    return (
      this.tokens[index + after] ?? {
        kind: "end",
        text: "",
        start: node.from,
        end: node.to,
        isOperandDue: false,
      }
    );
  }

  fail(problem: string, range: TextRange): never {
    throw new PromqlSyntaxError(problem, range, this.query);
  }

  /** Names the first token at or after a place as one that cannot stand there. */
  failAt(place: number): never {
    const found = this.tokens.findIndex(({ start }) => start >= place);
    const index = found < 0 ? this.tokens.length - 1 : found;
    const token = this.tokens[index];
    const isPastTokens = found < 0 || token?.kind === "end";
    const end = this.query.length;
    if (isPastTokens && this.fault) this.fail(this.fault.problem, { start: this.fault.start, end });
    const { problem, token: culprit } = describeUnexpected(this.tokens, index);
    this.fail(problem, culprit ?? { start: end, end });
  }
}
