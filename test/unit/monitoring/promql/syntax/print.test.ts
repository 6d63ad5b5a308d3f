import { describe, expect, it } from "vitest";
import { parse } from "../../../../../workers/monitoring/promql/syntax/parse.ts";
import { prettyPrint, print } from "../../../../../workers/monitoring/promql/syntax/print.ts";

describe("print", () => {
  it.each([
    ["sum(a)by(b,'c.d')", 'sum by (b, "c.d") (a)'],
    ["SUM WITHOUT() (a)", "sum without () (a)"],
    ["sum by () (a)", "sum(a)"],
    ["topk without(x)(5,a)", "topk without (x) (5, a)"],
    ["a{z='1',b!~`x\\d`}", 'a{b!~"x\\\\d",z="1"}'],
    ["{__name__='a'}", '{__name__="a"}'],
    ["a{}@5 offset -90s", "a @ 5.000 offset -1m30s"],
    ["rate(a[1d:90m]@end()offset 1w)", "rate(a[1d:1h30m] @ end() offset 1w)"],
    ["a==bool on()b", "a == bool on () b"],
    ["a/ignoring(x)group_right(y)b", "a / ignoring (x) group_right (y) b"],
    ["a+fill_left(1e-7)fill_right(2)b", "a + fill_left (1e-07) fill_right (2) b"],
    ["a[step()*(2+1m)]", "a[step() * (2 + 1m)]"],
    ["a offset -min_of(1m,range())", "a offset -min_of(1m, range())"],
    ["rate(a[5m]smoothed@5)", "rate(a[5m] smoothed @ 5.000)"],
    ["1e22", "10000000000000000000000"],
    ["0x1F", "31"],
    ["1.5e-9", "0.0000000015"],
    ["iNf", "+Inf"],
    ["-5m", "-5m"],
    ['"a\\tb\\"c\\u00e9\\x07"', '"a\\tb\\"cé\\a"'],
    ["info(a, {})", "info(a, {})"],
    ['"\\xff\\ufffd"', '"\\xff\\ufffd"'],
  ])("%s", (query, printed) => {
    expect(print(parse(query))).toBe(printed);
  });
});

describe("prettyPrint", () => {
  it("keeps on one line what fits", () => {
    expect(prettyPrint(parse("sum(rate(a[5m]))/sum(b)"))).toBe("sum(rate(a[5m])) / sum(b)");
  });

  it("parts what does not, where its parts meet", () => {
    const query = `topk(3, sum by (job) (rate(http_requests_total{job="${"j".repeat(40)}"}[5m])))
      / on (job) group_left () (count by (job) (up{instance="${"i".repeat(50)}"}) + 1)`;
    expect(prettyPrint(parse(query)).split("\n")).toEqual([
      "  topk(",
      "    3,",
      `    sum by (job) (rate(http_requests_total{job="${"j".repeat(40)}"}[5m]))`,
      "  )",
      "/ on (job) group_left ()",
      `  (count by (job) (up{instance="${"i".repeat(50)}"}) + 1)`,
    ]);
  });
});
