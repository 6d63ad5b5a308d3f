import type { SyntaxNode, Tree } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import type { Token } from "./tokens.ts";

const strictParser = parser.configure({ strict: true });

/**
 * The tree of a text, with its first fault marked if it has one. What comes after a fault is not parsed: to find its way
 * through a long faulty text can take the parser seconds.
 */
export function parseTree(text: string, tokens: readonly Token[]): Tree {
  const parse = strictParser.startParse(text);
  try {
    for (;;) {
      const tree = parse.advance();
      if (tree) return tree;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const culprit = tokens.find(({ start }) => start >= parse.parsedPos);
    return parser.parse(culprit ? text.slice(0, culprit.end) : text);
  }
}

/** The first place in a tree where the grammar did not hold. */
export function firstError(root: SyntaxNode): SyntaxNode | null {
  const cursor = root.cursor();
  do {
    if (cursor.type.isError) return cursor.node;
  } while (cursor.next());
  return null;
}
