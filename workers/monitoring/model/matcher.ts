import { compileRegex } from "./regex.ts";

export type MatchOperator = "=" | "!=" | "=~" | "!~";

/** A condition on one label's value. An absent label has the value "". */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly matches: (value: string) => boolean;
}

/** @throws RegexError for a pattern that RE2 does not take */
export function matcher(name: string, operator: MatchOperator, value: string): Matcher {
  return { name, operator, value, matches: condition(operator, value) };
}

function condition(operator: MatchOperator, value: string): (value: string) => boolean {
  if (operator === "=") return (candidate) => candidate === value;
  if (operator === "!=") return (candidate) => candidate !== value;
  const pattern = compileRegex(value);
  return operator === "=~" ? pattern : (candidate) => !pattern(candidate);
}
