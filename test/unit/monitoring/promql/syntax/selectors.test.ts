import { describe, expect, it } from "vitest";
import { parse } from "../../../../../workers/monitoring/promql/syntax/parse.ts";
import { parseSelector, selectors } from "../../../../../workers/monitoring/promql/syntax/selectors.ts";

describe("selectors", () => {
  it("finds them everywhere, in the order of the text", () => {
    const query = "topk(scalar(a), max_over_time(b[1h:])) or (c offset 5m) / on(x) sum(rate(d[5m])) * e";
    const found = selectors(parse(query));
    expect(found.map(({ name }) => name)).toEqual(["a", "b", "c", "d", "e"]);
  });
});

describe("parseSelector", () => {
  it.each([
    ["up", [["__name__", "=", "up"]]],
    [
      "up{job=~'a|b'}",
      [
        ["job", "=~", "a|b"],
        ["__name__", "=", "up"],
      ],
    ],
    [
      '{"my.metric", "a.b"!="c"}',
      [
        ["__name__", "=", "my.metric"],
        ["a.b", "!=", "c"],
      ],
    ],
    ["{}", []],
    ["by", [["__name__", "=", "by"]]],
    [
      "offset{a='b',}",
      [
        ["a", "=", "b"],
        ["__name__", "=", "offset"],
      ],
    ],
    ["job:up:sum", [["__name__", "=", "job:up:sum"]]],
  ])("%s", (text, matchers) => {
    expect(parseSelector(text).map(({ name, operator, value }) => [name, operator, value])).toEqual(matchers);
  });

  it.each([
    ["", "unknown position: parse error: unexpected end of input"],
    ["sum(up)", '1:4: parse error: unexpected "("'],
    ["up + 1", "1:4: parse error: unexpected <op:+>"],
    ["up offset 5m", "1:4: parse error: unexpected <offset>"],
    ["1", '1:1: parse error: unexpected number "1"'],
    ["up{", "1:4: parse error: unexpected end of input inside braces"],
    ["up{a}", '1:5: parse error: unexpected "}" in label matching, expected label matching operator'],
    ["up{a=~'['}", "1:4: parse error: error parsing regexp: missing closing ]: `[`"],
  ])("refuses %s", (text, error) => {
    expect(() => parseSelector(text)).toThrow(error);
  });
});
