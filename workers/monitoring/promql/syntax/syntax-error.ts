import type { TextRange } from "../annotations.ts";

/** A query that is none; the message is the one Prometheus answers: "1:5: parse error: unexpected end of input". */
export class PromqlSyntaxError extends Error {
  override readonly name = "PromqlSyntaxError";
  readonly range: TextRange;

  constructor(problem: string, range: TextRange, query: string) {
    super(`${position(query, range.start)}: parse error: ${problem}`);
    this.range = range;
  }
}

/** Line and column, from 1; Prometheus counts columns in bytes of UTF-8. */
function position(query: string, start: number): string {
  if (query === "") return "unknown position";
  const lines = query.slice(0, start).split("\n");
  const bytes = new TextEncoder().encode(lines.at(-1)).length;
  return `${lines.length}:${bytes + 1}`;
}
