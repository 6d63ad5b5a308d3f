import { describe, expect, it } from "vitest";
import { instantQuery, rangeQuery } from "../../../../../workers/monitoring/promql/evaluate/query.ts";
import { every, memoryStorage } from "./memory-storage.ts";

const MINUTE = 60_000;
const SERIES = Array.from({ length: 20 }, (_, index) =>
  every(MINUTE, { __name__: "x", i: String(index), job: index % 2 ? "a" : "b" }, [1, 2, 3, 4, 5, 6]),
);
const storage = memoryStorage(SERIES, 4);
const RANGE = { start: 0, end: 5 * MINUTE, step: MINUTE };

describe("limits", () => {
  it("refuses to hold more samples than allowed", async () => {
    const query = { query: "x", storage, time: MINUTE };
    const message = "query processing would load too many samples into memory in query execution";
    await expect(instantQuery({ ...query, maxSamples: 19 })).rejects.toThrow(message);
    await expect(instantQuery({ ...query, maxSamples: 24 })).resolves.toBeDefined();
  });

  it("refuses a subquery of too many steps before it makes room for them", async () => {
    const query = { query: "sum_over_time(vector(1)[100y:1ms])", storage, time: MINUTE };
    await expect(instantQuery(query)).rejects.toThrow("too many samples");
  });

  it("holds little of what an aggregation reads", async () => {
    const { statistics } = await rangeQuery({ query: "sum(x)", storage, ...RANGE });
    expect(statistics.samplesTouched).toBe(20 * 6);
    expect(statistics.peakSamples).toBeLessThan(50);
    await expect(rangeQuery({ query: "x", storage, ...RANGE, maxSamples: 50 })).rejects.toMatchObject({
      failure: "execution",
    });
  });

  it("counts the samples of every window", async () => {
    const { statistics } = await rangeQuery({ query: "sum_over_time(x[2m])", storage, ...RANGE });
    expect(statistics.samplesTouched).toBe(20 * (1 + 2 * 5));
  });

  it("gives up at the deadline", async () => {
    let now = 0;
    const slow = memoryStorage(SERIES, 4);
    const query = {
      query: "sum(x)",
      time: MINUTE,
      deadline: 2,
      now: () => now,
      storage: {
        async *select(selection: Parameters<typeof slow.select>[0]) {
          for await (const batch of slow.select(selection)) {
            now++;
            yield batch;
          }
        },
      },
    };
    await expect(instantQuery(query)).rejects.toMatchObject({
      failure: "timeout",
      message: "query timed out in expression evaluation",
    });
    now = 0;
    await expect(instantQuery({ ...query, deadline: 5 })).resolves.toBeDefined();
  });

  it("stops when nobody waits any more", async () => {
    const signal = AbortSignal.abort();
    await expect(instantQuery({ query: "x", storage, time: MINUTE, signal })).rejects.toMatchObject({
      failure: "canceled",
      message: "query was canceled in expression evaluation",
    });
  });

  it("lets others run while it evaluates for long", async () => {
    let turns = 0;
    const minutes = Array.from({ length: 3_000 }, () => 1);
    const long = memoryStorage(
      Array.from({ length: 20 }, (_, index) => every(MINUTE, { __name__: "x", i: String(index) }, minutes)),
    );
    await rangeQuery({
      query: "sum(sum_over_time(x[1h]))",
      storage: long,
      start: 0,
      end: 3_000 * MINUTE,
      step: MINUTE,
      yieldToOthers: async () => {
        turns++;
      },
    });
    expect(turns).toBeGreaterThan(3);
    expect(turns).toBeLessThan(10);
  });
});
