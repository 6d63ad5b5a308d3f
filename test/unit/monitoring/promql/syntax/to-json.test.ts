import { expect, it } from "vitest";
import { parse } from "../../../../../workers/monitoring/promql/syntax/parse.ts";
import { toJson } from "../../../../../workers/monitoring/promql/syntax/to-json.ts";

const selector = {
  anchored: false,
  smoothed: false,
  offset: 0,
  startOrEnd: null,
  timestamp: null,
};

it("writes the tree as Prometheus' query page reads it", () => {
  expect(toJson(parse('-(1 + topk(2, rate(a{b!="c"}[5m] @ 7.5 offset 1m)))'))).toEqual({
    type: "unaryExpr",
    op: "-",
    expr: {
      type: "parenExpr",
      expr: {
        type: "binaryExpr",
        op: "+",
        bool: false,
        matching: null,
        lhs: { type: "numberLiteral", val: "1" },
        rhs: {
          type: "aggregation",
          op: "topk",
          grouping: [],
          without: false,
          param: { type: "numberLiteral", val: "2" },
          expr: {
            type: "call",
            func: { name: "rate", argTypes: ["matrix"], variadic: 0, returnType: "vector" },
            args: [
              {
                ...selector,
                type: "matrixSelector",
                name: "a",
                range: 300_000,
                offset: 60_000,
                timestamp: 7500,
                matchers: [
                  { name: "b", value: "c", type: "!=" },
                  { name: "__name__", value: "a", type: "=" },
                ],
              },
            ],
          },
        },
      },
    },
  });
});

it("writes matchings and subqueries", () => {
  const tree = toJson(
    parse('count_values("x", a) == on (b) group_left (c) last_over_time({d="e"}[1h:] @ end())'),
  );
  expect(tree).toMatchObject({
    lhs: { param: { type: "stringLiteral", val: "x" } },
    matching: {
      card: "many-to-one",
      on: true,
      labels: ["b"],
      include: ["c"],
      fillValues: { lhs: null, rhs: null },
    },
    rhs: {
      args: [
        { type: "subquery", range: 3_600_000, step: 0, startOrEnd: "end", expr: { ...selector, name: "" } },
      ],
    },
  });
});
