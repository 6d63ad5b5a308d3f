import { describe, expect, it } from "vitest";
import { parse } from "../../../../../workers/monitoring/promql/syntax/parse.ts";
import { print } from "../../../../../workers/monitoring/promql/syntax/print.ts";
import { resolveDurations } from "../../../../../workers/monitoring/promql/syntax/resolve-durations.ts";

const context = { step: 30_000, range: 3_600_000 };

describe("resolveDurations", () => {
  it.each([
    ["a[step() * 2]", "a[1m]"],
    ["a[2 ^ 3 ^ 2 % 100s]", "a[12s]"],
    ["sum(rate(a[max_of(step(), 1m + 5)])) or b offset -(step() / 2)", "sum(rate(a[1m5s])) or b offset -15s"],
    ["max_over_time(a[range() : step() + 1m] offset range())", "max_over_time(a[1h:1m30s] offset 1h)"],
    ["-min_over_time(topk(1, a offset step())[1h:-(1-31)])", "-min_over_time(topk(1, a offset 30s)[1h:30s])"],
  ])("%s", (query, resolved) => {
    expect(print(resolveDurations(parse(query), context))).toBe(resolved);
  });

  it("gives back an expression that has nothing to resolve", () => {
    const expression = parse("sum by (a) (rate(b[5m] offset 1m)) / 2");
    expect(resolveDurations(expression, context)).toBe(expression);
  });

  it.each([
    ["a[1m - 60]", "duration must be greater than 0"],
    ["a[1m / (step() - 30)]", "division by zero"],
    ["a[1m % (step() - 30)]", "modulo by zero"],
    ["a[10 ^ 300]", "duration is out of range"],
  ])("refuses %s", (query, error) => {
    const expression = parse(query);
    expect(() => resolveDurations(expression, context)).toThrow(error);
  });
});
