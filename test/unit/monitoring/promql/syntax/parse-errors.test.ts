import { describe, expect, it } from "vitest";
import { parse } from "../../../../../workers/monitoring/promql/syntax/parse.ts";
import { PromqlSyntaxError } from "../../../../../workers/monitoring/promql/syntax/syntax-error.ts";

function errorOf(query: string): string {
  try {
    parse(query);
  } catch (error) {
    if (error instanceof PromqlSyntaxError) return error.message;
    throw error;
  }
  return "none";
}

const cases: Record<string, [query: string, error: string][]> = {
  "text that makes no tokens": [
    ["up $ 1", "1:4: parse error: unexpected character: '$'"],
    ["up ! 1", "1:4: parse error: unexpected character after '!': ' '"],
    ["up =~ 1", "1:4: parse error: unexpected character after '=': '~'"],
    ["'up", "1:1: parse error: unterminated quoted string"],
    ["`up", "1:1: parse error: unterminated raw string"],
    ['"\\q"', "1:1: parse error: unknown escape sequence U+0071 'q'"],
    ['"\\x4g"', "1:1: parse error: illegal character U+0067 'g' in escape sequence"],
    ['"\\400"', "1:1: parse error: escape sequence is an invalid Unicode code point"],
    ["sum(up", "1:7: parse error: unclosed left parenthesis"],
    ["up)", "1:4: parse error: unexpected right parenthesis ')'"],
    ["up]", "1:3: parse error: unexpected right bracket ']'"],
    ["up[5m", "1:6: parse error: unclosed left bracket"],
    ["up[", "1:4: parse error: unexpected end of input in duration expression"],
    ["up[5m x]", "1:7: parse error: unexpected character: 'x', expected ':'"],
    ["up[:5m]", "1:5: parse error: unexpected colon before duration in duration expression"],
    ["up{", "1:4: parse error: unexpected end of input inside braces"],
    ["up{{", "1:4: parse error: unexpected left brace '{'"],
    ["up{a;}", "1:5: parse error: unexpected character inside braces: ';'"],
    ["1__0", '1:1: parse error: bad number or duration syntax: "1__"'],
    ["up @ 5xyz", '1:6: parse error: bad number or duration syntax: "5"'],
  ],
  "tokens that make no expression": [
    ["", "unknown position: parse error: no expression found in input"],
    [" # nothing", "1:1: parse error: no expression found in input"],
    ["1 +", "1:4: parse error: unexpected end of input"],
    ["up down", '1:4: parse error: unexpected identifier "down"'],
    ["up\n  and\n  *", "3:3: parse error: unexpected <op:*>"],
    ["'é' é", "1:6: parse error: unexpected character: 'é'"],
    ["1 up", '1:3: parse error: unexpected identifier "up"'],
    ["sum(up, )", "1:7: parse error: trailing commas not allowed in function call args"],
    [
      "topk(up) down",
      "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1",
    ],
    ["sum(up down)", '1:8: parse error: unexpected identifier "down" in aggregation'],
    ["sum by job (up)", '1:8: parse error: unexpected identifier "job" in grouping opts, expected "("'],
    ["sum by (job", "1:12: parse error: unclosed left parenthesis"],
    ["sum by (5) (up)", '1:9: parse error: unexpected number "5" in grouping opts, expected label'],
    [
      "sum by (a b) (up)",
      '1:11: parse error: unexpected identifier "b" in grouping opts, expected "," or ")"',
    ],
    ["up{job}", '1:7: parse error: unexpected "}" in label matching, expected label matching operator'],
    ["up{job=}", '1:8: parse error: unexpected "}" in label matching, expected string'],
    ["up{,}", '1:4: parse error: unexpected "," in label matching, expected identifier or "}"'],
    [
      "up{a='b' c='d'}",
      '1:10: parse error: unexpected identifier "c" in label matching, expected "," or "}"',
    ],
    [
      "up offset up",
      '1:11: parse error: unexpected identifier "up" in offset, expected number, duration, step(), or range()',
    ],
    ["up @ up", '1:6: parse error: unexpected identifier "up" in @, expected timestamp'],
    ["up[5m 5m]", '1:7: parse error: unexpected duration "5m" in subquery or range, expected ":" or "]"'],
    ["up[5m:1m 2]", '1:10: parse error: unexpected number "2" in subquery selector, expected "]"'],
    ["on(a) b", "1:1: parse error: unexpected <on>"],
    ["1 atan2 atan2", "1:9: parse error: unexpected <op:atan2>"],
    ["a + on(x) by b", '1:14: parse error: unexpected identifier "b"'],
  ],
  "names, numbers and modifiers": [
    ["nothing(up)", '1:1: parse error: unknown function with name "nothing"'],
    ["f(up)", '1:1: parse error: unknown function with name "f"'],
    ["RATE(up[5m])", '1:1: parse error: unknown function with name "RATE"'],
    ["nothing(1) nowhere", '1:1: parse error: unknown function with name "nothing"'],
    [
      "1e999",
      '1:1: parse error: error parsing number: strconv.ParseFloat: parsing "1e999": value out of range',
    ],
    ["5m1h", '1:1: parse error: not a valid duration string: "5m1h"'],
    ["5ds", '1:1: parse error: unknown unit "ds" in duration "5ds"'],
    ["300y", "1:1: parse error: duration out of range"],
    ["up[0s]", "1:4: parse error: duration must be greater than 0"],
    ["up[1m1m", '1:4: parse error: not a valid duration string: "1m1m"'],
    ["up[1m/0]", "1:6: parse error: division by zero"],
    ["up offset 1m offset 2m", "1:1: parse error: offset may not be set multiple times"],
    ["up @ 1 @ end()", "1:1: parse error: @ <timestamp> may not be set multiple times"],
    ["up @ Inf", "1:1: parse error: timestamp out of bounds for @ modifier: +Inf"],
    [
      "sum(up) offset 1m",
      "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery",
    ],
    ["(up)[5m]", "1:5: parse error: ranges only allowed for vector selectors"],
    ["up offset 1m[5m]", "1:13: parse error: no offset modifiers allowed before range"],
    ["up{a=~'*'}", "1:4: parse error: error parsing regexp: missing argument to repetition operator: `*`"],
    ["sum()", "1:1: parse error: no arguments for aggregate expression provided"],
    [
      "topk(up)",
      "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1",
    ],
  ],
  "types that do not fit": [
    ["{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ["{a=~'.*'}", "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ["up{__name__='down'}", '1:1: parse error: metric name must not be set twice: "up" or "down"'],
    ["up{'down'}", '1:1: parse error: metric name must not be set twice: "up" or "down"'],
    [
      "rate(up)",
      '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
    ],
    [
      "sum(up[5m])",
      "1:5: parse error: expected type instant vector in aggregation expression, got range vector",
    ],
    ["topk('3', up)", "1:6: parse error: expected type scalar in aggregation parameter, got string"],
    ["time(1)", '1:1: parse error: expected 0 argument(s) in call to "time", got 1'],
    ["round(up, 1, 2)", '1:1: parse error: expected at most 2 argument(s) in call to "round", got 3'],
    ["label_join(up)", '1:1: parse error: expected at least 3 argument(s) in call to "label_join", got 1'],
    ["1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"],
    ["up + bool down", "1:4: parse error: bool modifier can only be used on comparison operators"],
    ["up and 1", '1:1: parse error: set operator "and" not allowed in binary scalar expression'],
    ["up + on(a) 1", "1:1: parse error: vector matching only allowed between instant vectors"],
    ["up or on(a) group_left down", '1:1: parse error: no grouping allowed for "or" operation'],
    [
      "up + on(a) group_left(a) down",
      '1:4: parse error: label "a" must not occur in ON and GROUP clause at once',
    ],
    ["1 + 'a'", "1:5: parse error: binary expression must contain only scalar and instant vector types"],
    ["up and fill(0) down", "1:1: parse error: filling in missing series not allowed for set operators"],
    [
      "-'a'",
      '1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
    ],
    ["1[5m:]", "1:1: parse error: subquery is only allowed on instant vector, got scalar instead"],
    ["info(up, down)", "1:10: parse error: expected label selectors only, got vector selector instead"],
  ],
};

for (const [group, listed] of Object.entries(cases)) {
  describe(group, () => {
    it.each(listed)("%s", (query, error) => {
      expect(errorOf(query)).toBe(error);
    });
  });
}

describe("queries too large to be read", () => {
  it.each([
    ["parentheses", `${"(".repeat(20_000)}up${")".repeat(20_000)}`],
    ["signs", `${"-".repeat(20_000)}up`],
    ["a chain of operators", `${"up+".repeat(20_000)}up`],
    ["powers", `${"2^".repeat(20_000)}2`],
    ["subqueries", `up${"[1m:]".repeat(10_000)}`],
    ["durations", `up[${"(".repeat(20_000)}1m${")".repeat(20_000)}]`],
  ])("refuses %s that nest too deeply", (_, query) => {
    expect(errorOf(query)).toContain("expression is nested more than 500 levels deep");
  });

  it("takes what nests less", () => {
    expect(errorOf(`${"(".repeat(490)}up${")".repeat(490)}`)).toBe("none");
    expect(errorOf(`${"up+".repeat(490)}up`)).toBe("none");
    expect(errorOf(`${"-".repeat(490)}up`)).toBe("none");
    expect(errorOf(Array(400).fill("sum(rate(up[5m]))").join(" or "))).toBe("none");
  });

  it.each([
    ["a b ", 'unexpected identifier "b"'],
    ["(a),", 'unexpected ","'],
    ["() ", 'unexpected ")"'],
    ["{a} ", 'unexpected "}" in label matching'],
  ])("reads no further than the first fault of a long run of %s", (text, error) => {
    expect(errorOf(text.repeat(20_000))).toContain(error);
  });

  it("refuses a query that is too long", () => {
    expect(errorOf(`"${"x".repeat(100_000)}"`)).toBe(
      "1:1: parse error: query is longer than 100000 characters",
    );
  });
});
