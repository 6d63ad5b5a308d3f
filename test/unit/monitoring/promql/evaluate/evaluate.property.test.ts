import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantQuery, rangeQuery } from "../../../../../workers/monitoring/promql/evaluate/query.ts";
import { QueryError } from "../../../../../workers/monitoring/promql/evaluate/query-error.ts";
import { parse } from "../../../../../workers/monitoring/promql/syntax/parse.ts";
import { arbitraryQuery, arbitrarySeries } from "./arbitrary-query.ts";
import { memoryStorage } from "./memory-storage.ts";
import { type Element, NaiveEvaluator, NaiveFailure } from "./naive-evaluator.ts";

type Values = Map<string, number>;

const RANGE = { start: 200_000, end: 640_000, step: 55_000 };
const TIMES = Array.from({ length: 9 }, (_, index) => RANGE.start + index * RANGE.step);

function orNull<Value>(evaluate: () => Value): Value | null {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof NaiveFailure) return null;
    throw error;
  }
}

async function orNullLater<Value>(evaluation: Promise<Value>): Promise<Value | null> {
  try {
    return await evaluation;
  } catch (error) {
    if (error instanceof QueryError) return null;
    throw error;
  }
}

function valuesOf(elements: readonly Element[]): Values {
  return new Map(elements.map(({ labels, value }) => [labels.key, value]));
}

function expectSame(actual: Values, expected: Values, when: string): void {
  expect([...actual.keys()].sort(), when).toEqual([...expected.keys()].sort());
  for (const [key, value] of expected) {
    const result = actual.get(key) ?? 0;
    const isClose =
      Object.is(result, value) || Math.abs(result - value) <= 1e-9 * Math.max(1, Math.abs(value));
    expect(isClose || (result === 0 && value === 0), `${when}: ${key} is ${result}, not ${value}`).toBe(true);
  }
}

const batchSize = fc.integer({ min: 1, max: 8 });

describe("evaluation", () => {
  it("is at every step what the obvious evaluation at that time is", async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySeries, arbitraryQuery, batchSize, async (series, query, size) => {
        const storage = memoryStorage(series, size);
        const expression = parse(query);
        const inRange = new NaiveEvaluator(series, RANGE);
        const expected = orNull(() => TIMES.map((time) => valuesOf(inRange.vector(expression, time))));
        const outcome = await orNullLater(rangeQuery({ query, storage, ...RANGE }));
        expect(outcome === null, query).toBe(expected === null);
        for (const [step, time] of TIMES.entries()) {
          const at: Values = new Map();
          for (const { labels, samples } of outcome?.value.series ?? []) {
            const index = samples.times.indexOf(time);
            if (index >= 0) at.set(labels.key, samples.values[index] ?? 0);
          }
          expectSame(at, expected?.[step] ?? new Map(), `${query} at ${time}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is at one time what the obvious evaluation is", async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySeries, arbitraryQuery, batchSize, async (series, query, size) => {
        const storage = memoryStorage(series, size);
        const time = 400_000;
        const naive = new NaiveEvaluator(series, { start: time, end: time });
        const expected = orNull(() => valuesOf(naive.vector(parse(query), time)));
        const outcome = await orNullLater(instantQuery({ query, storage, time }));
        expect(outcome === null, query).toBe(expected === null);
        const value = outcome?.value;
        expectSame(valuesOf(value?.type === "vector" ? value.elements : []), expected ?? new Map(), query);
      }),
      { numRuns: 300 },
    );
  });
});
