import type { TextRange } from "../annotations.ts";
import { positionIn } from "../position.ts";

/** A query that is none; the message is the one Prometheus answers: "1:5: parse error: unexpected end of input". */
export class PromqlSyntaxError extends Error {
  override readonly name = "PromqlSyntaxError";
  readonly range: TextRange;

  constructor(problem: string, range: TextRange, query: string) {
    super(`${query === "" ? "unknown position" : positionIn(query, range.start)}: parse error: ${problem}`);
    this.range = range;
  }
}
