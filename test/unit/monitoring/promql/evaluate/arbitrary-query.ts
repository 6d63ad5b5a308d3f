import fc from "fast-check";
import type { Point, TestSeries } from "./memory-storage.ts";

const SECOND = 1_000;

/** Series of two metrics that come and go, some with stale markers, within the first 15 minutes of time. */
export const arbitrarySeries: fc.Arbitrary<TestSeries[]> = fc
  .uniqueArray(fc.tuple(fc.constantFrom("a", "b"), fc.constantFrom("x", "y"), fc.constantFrom("1", "2")), {
    selector: (parts) => parts.join(),
    minLength: 1,
    maxLength: 8,
  })
  .chain((sets) => fc.tuple(...sets.map(([name, job, instance]) => seriesOf(name, job, instance))));

function seriesOf(name: string, job: string, instance: string): fc.Arbitrary<TestSeries> {
  const value = fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: -6, max: 6 }) },
    { weight: 1, arbitrary: fc.constant<number | "stale">("stale") },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  );
  const point = fc.tuple(fc.integer({ min: 0, max: 60 }), value);
  return fc.uniqueArray(point, { selector: ([at]) => at, maxLength: 20 }).map((points) => ({
    labels: { __name__: name, job, instance },
    points: points.map(([at, it]): Point => [at * 15 * SECOND, it]).sort(([one], [other]) => one - other),
  }));
}

const shift = fc.constantFrom(
  "",
  "",
  "",
  " offset 40s",
  " offset -30s",
  " @ 300",
  " @ start()",
  " @ end() offset 1m",
);

const selector = fc
  .tuple(fc.constantFrom("a", "b", 'a{job="x"}', 'b{instance!="2"}', '{__name__=~"a|b"}'), shift)
  .map(([written, shifted]) => written + shifted);

const range = fc
  .tuple(
    fc.constantFrom("a", "b", 'a{job=~"x|z"}', '{__name__=~"a|b"}'),
    fc.constantFrom("30s", "2m", "5m"),
    shift,
  )
  .map(([written, window, shifted]) => `${written}[${window}]${shifted}`);

const grouping = fc.constantFrom(
  "",
  " by (job)",
  " by (job, instance)",
  " by (__name__)",
  " without (job)",
  " without ()",
);
const scalar = fc.constantFrom("2", "0", "time()", "-3", "scalar(a)", 'scalar(b{job="x",instance="1"})');
const matching = fc.constantFrom(
  "",
  "on (job, instance)",
  "ignoring (job)",
  "on (job) group_left ()",
  "on (job) group_right (instance)",
  "ignoring (instance) group_left ()",
);

const arithmetic = fc.constantFrom("+", "-", "*", "/", "%");
const comparison = fc.constantFrom("==", "!=", ">", "<=", "== bool", "> bool");
const operator = fc.oneof(arithmetic, comparison);
const setOperator = fc.constantFrom(
  "and",
  "or",
  "unless",
  "and on (job)",
  "or on (instance)",
  "unless ignoring (job)",
);

/** Queries whose value is an instant vector. */
export const arbitraryQuery: fc.Arbitrary<string> = fc.letrec<{ vector: string }>((tie) => {
  const vector = tie("vector");
  const overTime = fc.constantFrom("sum_over_time", "max_over_time", "count_over_time", "last_over_time");
  const subquery = fc
    .tuple(vector, fc.constantFrom("[2m:40s]", "[1m:15s]", "[3m:]"), shift)
    .map(([inner, window, shifted]) => `(${inner})${window}${shifted}`);
  const aggregation = fc
    .tuple(
      fc.constantFrom("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"),
      grouping,
      vector,
    )
    .map(([name, groups, inner]) => `${name}${groups} (${inner})`);
  const ranking = fc
    .tuple(fc.constantFrom("topk", "bottomk", "limitk"), fc.constantFrom("1", "2"), grouping, selector)
    .map(([name, k, groups, inner]) => `${name}${groups} (${k}, ${inner})`);
  const quantile = fc
    .tuple(fc.constantFrom("0", "0.3", "1"), grouping, vector)
    .map(([q, groups, inner]) => `quantile${groups} (${q}, ${inner})`);
  const withScalar = fc
    .tuple(vector, operator, scalar, fc.boolean())
    .map(([inner, sign, number, isLeft]) =>
      isLeft ? `${number} ${sign} (${inner})` : `(${inner}) ${sign} ${number}`,
    );
  const binary = fc
    .tuple(vector, operator, matching, vector)
    .map(([left, sign, match, right]) => `(${left}) ${sign} ${match} (${right})`);
  const set = fc
    .tuple(vector, setOperator, vector)
    .map(([left, sign, right]) => `(${left}) ${sign} (${right})`);
  return {
    vector: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      selector,
      fc.tuple(overTime, range).map(([name, window]) => `${name}(${window})`),
      ranking,
      fc.tuple(overTime, subquery).map(([name, window]) => `${name}(${window})`),
      aggregation,
      quantile,
      withScalar,
      binary,
      set,
      fc
        .tuple(fc.constantFrom("abs", "timestamp", "-", "+"), vector)
        .map(([name, inner]) => `${name}(${inner})`),
      scalar.map((number) => `vector(${number})`),
    ),
  };
}).vector;
