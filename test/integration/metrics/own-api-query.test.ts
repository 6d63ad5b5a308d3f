import { describe, expect, it } from "vitest";
import { MetricQueryAnswer } from "../../../workers/contract/metric-queries.ts";
import { ok, problem, useFreshStores } from "../../support/api.ts";
import { everyMinute, HOUR_AGO, iso, MINUTE, query, store } from "./own-api-fixtures.ts";

useFreshStores();

const window = { start: HOUR_AGO, end: HOUR_AGO + 10 * MINUTE };
const ask = async (asked: Record<string, unknown>) =>
  MetricQueryAnswer.parse(await ok(query({ name: "load", ...window, interval: "5m", ...asked })));

/** The values of each series, under its labels. */
const valuesOf = ({ series }: MetricQueryAnswer) =>
  Object.fromEntries(
    series.map(({ labels, points }) => [Object.values(labels).join(), points.map(({ value }) => value)]),
  );

const hosts = [
  ...everyMinute(HOUR_AGO, "load", { host: "a", zone: "x" }, [1, 2, 3, null, null, 5]),
  ...everyMinute(HOUR_AGO, "load", { host: "b", zone: "x" }, [10, "NaN", 30]),
  ...everyMinute(HOUR_AGO, "load", { host: "c", zone: "y" }, [100, null, null, null, null, null, 200]),
];

describe("POST /api/v1/metrics/query", () => {
  it("takes all series together over intervals", async () => {
    await store(hosts);
    expect(await ask({ aggregation: "sum" })).toEqual({
      name: "load",
      start: iso(HOUR_AGO),
      end: iso(HOUR_AGO + 10 * MINUTE),
      interval_seconds: 300,
      aggregation: "sum",
      series: [
        {
          labels: {},
          points: [
            { timestamp: iso(HOUR_AGO), value: 146 },
            { timestamp: iso(HOUR_AGO + 5 * MINUTE), value: 205 },
          ],
        },
      ],
      truncated: false,
    });
  });

  it("groups by labels", async () => {
    await store(hosts);
    const by = (aggregation: string) => ask({ aggregation, group_by: ["zone"] }).then(valuesOf);
    expect(await by("avg")).toEqual({ x: [46 / 5, 5], y: [100, 200] });
    expect(await by("min")).toEqual({ x: [1, 5], y: [100, 200] });
    expect(await by("max")).toEqual({ x: [30, 5], y: [100, 200] });
    expect(await by("count")).toEqual({ x: [5, 1], y: [1, 1] });
    expect(await by("last")).toEqual({ x: [30, 5], y: [100, 200] });
    expect(await by("p50")).toEqual({ x: [3, 5], y: [100, 200] });
    expect(await by("p90")).toEqual({ x: [expect.closeTo(22, 9), 5], y: [100, 200] });
    const byMissing = await ask({ aggregation: "count", group_by: ["rack"] });
    expect(valuesOf(byMissing)).toEqual({ "": [6, 2] });
  });

  it("filters by labels", async () => {
    await store(hosts);
    const count = async (...filters: unknown[]) =>
      valuesOf(await ask({ aggregation: "count", filters, interval: "1h" }));
    expect(await count({ label: "host", value: "a" })).toEqual({ "": [4] });
    expect(await count({ label: "host", operator: "!=", value: "a" })).toEqual({ "": [4] });
    expect(await count({ label: "host", operator: "=~", value: "a|c" })).toEqual({ "": [6] });
    expect(
      await count({ label: "host", operator: "!~", value: "a.*" }, { label: "zone", value: "x" }),
    ).toEqual({ "": [2] });
    expect(await count({ label: "rack", operator: "!=", value: "" })).toEqual({});
  });

  it("knows counters and their resets", async () => {
    await store(everyMinute(HOUR_AGO, "load", {}, [10, 40, 5, 25, 25, 55]));
    const minutes = { interval: "1m", end: HOUR_AGO + 6 * MINUTE };
    expect(valuesOf(await ask({ aggregation: "increase", ...minutes }))).toEqual({
      "": [0, 30, 5, 20, 0, 30],
    });
    expect(valuesOf(await ask({ aggregation: "rate", ...minutes }))).toEqual({
      "": [0, 0.5, 5 / 60, 1 / 3, 0, 0.5],
    });
    expect(valuesOf(await ask({ aggregation: "increase" }))).toEqual({ "": [55, 30] });
  });

  it("fills intervals without samples", async () => {
    await store(hosts);
    const asked = { filters: [{ label: "host", value: "c" }], interval: "2m", aggregation: "max" };
    const fills = [
      ["none", [100, 200]],
      ["null", [100, null, null, 200, null]],
      ["previous", [100, 100, 100, 200, 200]],
      ["linear", [100, 400 / 3, 500 / 3, 200, null]],
      [0, [100, 0, 0, 200, 0]],
    ] as const;
    for (const [fill, values] of fills) {
      const expected = values.map((value) => (value === null ? null : expect.closeTo(value, 9)));
      expect(valuesOf(await ask({ ...asked, fill })), String(fill)).toEqual({ "": expected });
    }
  });

  it("gives the largest series up to the limit", async () => {
    await store(hosts);
    const answer = await ask({ group_by: ["host"], limit: 2 });
    expect(answer.series.map(({ labels }) => labels)).toEqual([{ host: "c" }, { host: "b" }]);
    expect(answer.truncated).toBe(true);
    expect((await ask({ group_by: ["host"], limit: 3 })).truncated).toBe(false);
  });

  it("writes infinities as text", async () => {
    await store(everyMinute(HOUR_AGO, "load", {}, ["+Inf", "-Inf"]));
    expect(valuesOf(await ask({ aggregation: "max" }))).toEqual({ "": ["+Inf"] });
    expect(valuesOf(await ask({ aggregation: "min" }))).toEqual({ "": ["-Inf"] });
    expect(valuesOf(await ask({ aggregation: "avg" }))).toEqual({ "": ["NaN"] });
  });

  it("takes whole intervals, and chooses their length if need be", async () => {
    await store(everyMinute(HOUR_AGO, "load", {}, [1, 2, 3]));
    const inside = await ask({
      start: iso(HOUR_AGO + MINUTE),
      end: iso(HOUR_AGO + 2 * MINUTE),
      aggregation: "count",
    });
    expect(inside).toMatchObject({ start: iso(HOUR_AGO), end: iso(HOUR_AGO + 5 * MINUTE) });
    expect(valuesOf(inside)).toEqual({ "": [3] });
    const { interval_seconds } = MetricQueryAnswer.parse(await ok(query({ name: "load" })));
    expect(interval_seconds).toBe(15);
  });

  it("gives the same from rollups", async () => {
    const days = HOUR_AGO - 3 * 24 * 60 * MINUTE;
    await store(everyMinute(HOUR_AGO, "load", {}, [1, 2, 30]));
    const asked = { start: days, end: HOUR_AGO + 60 * MINUTE, interval: "1h", fill: "none" };
    expect(valuesOf(await ask({ ...asked, aggregation: "avg" }))).toEqual({ "": [11] });
    expect(valuesOf(await ask({ ...asked, aggregation: "increase" }))).toEqual({ "": [29] });
  });

  it("has no series where there is nothing", async () => {
    await store(everyMinute(HOUR_AGO + 20 * MINUTE, "load", {}, [1]));
    expect(await ask({})).toMatchObject({ series: [], truncated: false });
    expect(await problem(query({ name: "lode", ...window }))).toMatchObject({
      status: 404,
      code: "metric_not_found",
    });
  });

  it("refuses what does not fit", async () => {
    const misfits = [
      { aggregation: "median" },
      { group: ["host"] },
      { start: 1e18, end: 2e18 },
      { end: HOUR_AGO },
      { interval: "5 minutes" },
      { interval: "0m" },
      { interval: "999999999d" },
      { interval: "50ms" },
      { limit: 0 },
      { filters: [{ value: "x" }] },
    ];
    for (const misfit of misfits) {
      const refusal = await problem(query({ name: "load", ...window, ...misfit }));
      expect(refusal, JSON.stringify(misfit)).toMatchObject({ status: 422, code: "validation_failed" });
    }
  });

  it("refuses what it cannot do, and says what it can", async () => {
    const filters = [{ label: "host", operator: "=~", value: "a(" }];
    const pattern = await problem(query({ name: "load", ...window, filters }));
    expect(pattern).toMatchObject({ status: 400, code: "query_invalid" });
    expect(pattern.detail).toContain("missing closing )");
    const start = HOUR_AGO - 100 * 24 * 60 * MINUTE;
    const long = { name: "load", start, end: start + 10 * MINUTE };
    const samples = await problem(query({ ...long, aggregation: "p95", interval: "5m" }));
    expect(samples).toMatchObject({ status: 422, code: "query_failed" });
    const fine = await problem(query({ ...long, interval: "1m" }));
    expect(fine).toMatchObject({ status: 422, code: "query_failed" });
    expect(fine.detail).toContain("multiples of 5m");
  });
});
