import { describe, expect, it } from "vitest";
import {
  AggregatedMetric,
  LatestMetric,
  MetricStats,
  NamesPage,
  PromqlAnswer,
} from "../../../workers/contract/metric-queries.ts";
import { ok, problem, request, requestAs, useFreshStores } from "../../support/api.ts";
import { addUser } from "../../support/credentials.ts";
import { everyMinute, get, HOUR_AGO, iso, MINUTE, store } from "./own-api-fixtures.ts";

useFreshStores();

const answer = async <Schema extends { parse(value: unknown): unknown }>(
  schema: Schema,
  response: Promise<Response>,
): Promise<ReturnType<Schema["parse"]>> => schema.parse(await ok(response)) as ReturnType<Schema["parse"]>;

describe("the newest samples", () => {
  it("are those of the last five minutes, of each series", async () => {
    const now = Date.now();
    const at = (minutes: number, host: string, value: number | "NaN" | "+Inf" | "-Inf") => ({
      name: "load",
      labels: { host },
      value,
      timestamp: now - minutes * MINUTE,
    });
    await store([at(2, "a", 1), at(1, "a", "+Inf"), at(4, "b", "NaN"), at(6, "c", 3), at(0, "d", "-Inf")]);
    const latest = await answer(LatestMetric, get("latest/load"));
    expect(latest).toEqual({
      name: "load",
      series: [
        { labels: { host: "a" }, timestamp: iso(now - MINUTE), value: "+Inf" },
        { labels: { host: "b" }, timestamp: iso(now - 4 * MINUTE), value: "NaN" },
        { labels: { host: "d" }, timestamp: iso(now), value: "-Inf" },
      ],
      truncated: false,
    });
    const one = await answer(LatestMetric, get("latest/load", { match: '{host=~"b|c"}' }));
    expect(one.series.map(({ labels }) => labels.host)).toEqual(["b"]);
    const two = await answer(LatestMetric, get("latest/load", { limit: 2 }));
    expect([two.series.length, two.truncated]).toEqual([2, true]);
  });

  it("are none of a metric that fell silent, which is not the same as a metric that never was", async () => {
    await store(everyMinute(HOUR_AGO, "load", {}, [1]));
    expect((await answer(LatestMetric, get("latest/load"))).series).toEqual([]);
    for (const path of ["latest/lode", "stats/lode", "aggregated"]) {
      const refusal = problem(get(path, path === "aggregated" ? { name: "lode" } : {}));
      expect(await refusal).toMatchObject({ status: 404, code: "metric_not_found" });
    }
  });

  it("take any name that a metric may have", async () => {
    await store([{ name: "größe/ß %", value: 7 }]);
    const { series } = await answer(LatestMetric, get(`latest/${encodeURIComponent("größe/ß %")}`));
    expect(series.map(({ value }) => value)).toEqual([7]);
  });
});

describe("the names of metrics", () => {
  it("come page by page, with what is known of them", async () => {
    await store([
      { name: "b_total", value: 1, type: "counter", unit: "bytes", help: "What b is." },
      { name: "a", value: 1 },
      { name: "c", value: 1, type: "histogram" },
      { name: "c_bucket", value: 1, labels: { le: "+Inf" } },
      { name: "b_seconds", value: 1 },
    ]);
    const first = await answer(NamesPage, get("names", { limit: 3 }));
    expect(first.items.map(({ name }) => name)).toEqual(["a", "b_seconds", "b_total"]);
    expect(first.items.at(-1)).toEqual({
      name: "b_total",
      type: "counter",
      unit: "bytes",
      help: "What b is.",
    });
    expect(first.items[0]).toEqual({ name: "a", type: "unknown", unit: "", help: "" });
    const second = await answer(NamesPage, get("names", { limit: 3, cursor: first.next_cursor ?? "" }));
    expect(second).toMatchObject({
      items: [
        { name: "c", type: "histogram" },
        { name: "c_bucket", type: "histogram" },
      ],
      next_cursor: null,
    });
    const some = await answer(NamesPage, get("names", { prefix: "b_" }));
    expect(some.items.map(({ name }) => name)).toEqual(["b_seconds", "b_total"]);
  });

  it("are none where nothing was stored", async () => {
    expect(await answer(NamesPage, get("names"))).toEqual({ items: [], next_cursor: null });
    expect(await problem(get("names", { cursor: "made-up" }))).toMatchObject({ code: "invalid_cursor" });
  });
});

describe("the statistics of a metric", () => {
  const window = { start: HOUR_AGO, end: HOUR_AGO + 30 * MINUTE };

  it("are over all its samples in the window but NaN", async () => {
    await store([
      ...everyMinute(HOUR_AGO, "load", { host: "a" }, [2, 4, 4, "NaN", 4]),
      ...everyMinute(HOUR_AGO + 4.5 * MINUTE, "load", { host: "b" }, [5, 5, 7, 9]),
      ...everyMinute(HOUR_AGO + 30 * MINUTE, "load", { host: "a" }, [1000]),
    ]);
    expect(await answer(MetricStats, get("stats/load", window))).toEqual({
      name: "load",
      start: iso(window.start),
      end: iso(window.end),
      source: "raw",
      series: 2,
      samples: 8,
      min: 2,
      max: 9,
      mean: 5,
      stddev: 2,
      first: 2,
      last: 9,
      percentiles: { p50: 4.5, p90: 7.6, p95: expect.closeTo(8.3, 9), p99: expect.closeTo(8.86, 9) },
      percentile_error: 0,
    });
    const ofOne = await answer(MetricStats, get("stats/load", { ...window, match: '{host="b"}' }));
    expect(ofOne).toMatchObject({ series: 1, samples: 4, mean: 6.5 });
  });

  it("are null of a window without samples, and say what infinities do", async () => {
    await store([
      ...everyMinute(HOUR_AGO, "load", {}, [1, "+Inf"]),
      ...everyMinute(HOUR_AGO, "quiet", {}, ["NaN"]),
    ]);
    expect(await answer(MetricStats, get("stats/load", window))).toMatchObject({
      max: "+Inf",
      mean: "+Inf",
      stddev: "NaN",
      percentiles: { p50: "+Inf" },
    });
    expect(await answer(MetricStats, get("stats/quiet", window))).toMatchObject({
      samples: 0,
      mean: null,
      percentiles: null,
      percentile_error: null,
    });
  });

  it("come from rollups where samples may be gone", async () => {
    await store(everyMinute(HOUR_AGO, "load", {}, [1, 3]));
    const start = HOUR_AGO - 100 * 24 * 60 * MINUTE;
    const stats = await answer(MetricStats, get("stats/load", { start, end: HOUR_AGO + MINUTE }));
    expect(stats).toMatchObject({ source: "5m", samples: 2, mean: 2, stddev: null, percentiles: null });
  });
});

describe("a metric's rollups", () => {
  it("are the buckets of each series", async () => {
    await store([
      ...everyMinute(HOUR_AGO, "done_total", { host: "a" }, [5, 8, 2, 4, null, 6]),
      ...everyMinute(HOUR_AGO, "done_total", { host: "b" }, ["+Inf"]),
    ]);
    const asked = { name: "done_total", resolution: "5m", start: HOUR_AGO, end: HOUR_AGO + 6 * MINUTE };
    const { series } = await answer(AggregatedMetric, get("aggregated", asked));
    const bucket = { count: 4, sum: 19, min: 2, max: 8, avg: 4.75, first: 5, last: 4, increase: 7 };
    const six = { count: 1, sum: 6, min: 6, max: 6, avg: 6, first: 6, last: 6, increase: 0 };
    expect(series).toMatchObject([
      {
        labels: { host: "a" },
        buckets: [
          { start: iso(HOUR_AGO), ...bucket },
          { start: iso(HOUR_AGO + 5 * MINUTE), ...six },
        ],
      },
      { labels: { host: "b" }, buckets: [{ sum: "+Inf", avg: "+Inf" }] },
    ]);
  });

  it("are of the finest resolution that a chart can show", async () => {
    await store(everyMinute(HOUR_AGO, "load", {}, [1]));
    const lastHours = await answer(
      AggregatedMetric,
      get("aggregated", { name: "load", start: HOUR_AGO - 10 * MINUTE }),
    );
    expect(lastHours).toMatchObject({ resolution: "1m", series: [{ buckets: [{ count: 1 }] }] });
    const lastWeeks = await answer(
      AggregatedMetric,
      get("aggregated", { name: "load", start: HOUR_AGO - 30 * 24 * 60 * MINUTE }),
    );
    expect(lastWeeks).toMatchObject({ resolution: "1h", series: [{ buckets: [{ count: 1 }] }] });
  });
});

describe("PromQL", () => {
  it("answers as Prometheus does in its data", async () => {
    await store(everyMinute(HOUR_AGO, "done_total", { host: "a" }, [10, 20, 5, "NaN"]));
    const seconds = HOUR_AGO / 1000;
    const instant = (text: string, time: string | number) =>
      answer(PromqlAnswer, get("query/instant", { query: text, time }));
    expect(await instant("done_total + 1", iso(HOUR_AGO + MINUTE))).toEqual({
      resultType: "vector",
      result: [{ metric: { host: "a" }, value: [seconds + 60, "21"] }],
      warnings: [],
      infos: [],
    });
    expect(await instant("done_total", HOUR_AGO + 3 * MINUTE)).toMatchObject({
      result: [{ value: [seconds + 180, "NaN"] }],
    });
    expect(await instant("-1/0", HOUR_AGO)).toMatchObject({
      resultType: "scalar",
      result: [seconds, "-Inf"],
    });
    expect((await instant("rate(done[5m])", HOUR_AGO)).result).toEqual([]);
    const range = {
      query: "sum(increase(done_total[2m]))",
      start: HOUR_AGO + 2 * MINUTE,
      end: HOUR_AGO + 2 * MINUTE,
      step: "1m",
    };
    expect(await answer(PromqlAnswer, get("query/range", range))).toEqual({
      resultType: "matrix",
      result: [{ metric: {}, values: [[seconds + 120, "10"]] }],
      warnings: [],
      infos: [],
    });
  });

  it("refuses what is none, and says where", async () => {
    const refusals = [
      ["sum(", { status: 400, code: "query_invalid", position: { start: 4 } }],
      ["up + on(x) up[5m]", { status: 400, code: "query_invalid" }],
      ['{__name__=~"x("}', { status: 400, code: "query_invalid" }],
      ["", { status: 422, code: "validation_failed" }],
    ] as const;
    for (const [text, expected] of refusals) {
      expect(await problem(get("query/instant", { query: text })), text).toMatchObject(expected);
    }
  });

  it("says of a query that cannot be evaluated why", async () => {
    await store([
      ...everyMinute(HOUR_AGO, "load", { host: "a" }, [1]),
      ...everyMinute(HOUR_AGO, "load", { host: "b" }, [1]),
    ]);
    const asked = { query: "load * on() load", time: HOUR_AGO };
    const refusal = await problem(get("query/instant", asked));
    expect(refusal).toMatchObject({ status: 422, code: "query_failed" });
    expect(refusal.detail).toContain("many-to-many matching not allowed");
  });

  it("refuses ranges that are none", async () => {
    const ranges: Record<string, string | number>[] = [
      { start: 0, end: 1 },
      { start: 0, end: 1, step: "0s" },
      { start: 0, end: 1, step: "5 minutes" },
      { start: 0, end: 11_001_000, step: "1s" },
      { start: 1, end: 0, step: "1m" },
      { start: "yesterday", end: 0, step: "1m" },
      { start: "9999999999999999", end: "9999999999999999", step: "1m" },
    ];
    for (const range of ranges) {
      const refusal = await problem(get("query/range", { query: "up", ...range }));
      expect(refusal, JSON.stringify(range)).toMatchObject({ status: 422, code: "validation_failed" });
    }
  });
});

describe("reading metrics", () => {
  it("takes the scope", async () => {
    const { key } = await addUser("read", { scopes: ["metrics:write", "ask"] });
    const paths = ["latest/x", "names", "stats/x", "query/range", "query/instant", "aggregated", "query"];
    for (const path of paths) {
      const init = path === "query" ? { method: "POST" } : {};
      const refusal = await problem(requestAs(key, `/api/v1/metrics/${path}`, init));
      expect(refusal, path).toMatchObject({ status: 403, code: "scope_missing" });
    }
    expect((await requestAs(null, "/api/v1/metrics/names")).status).toBe(401);
  });

  it("refuses selectors that are none", async () => {
    for (const path of ["latest/x", "stats/x", "aggregated"]) {
      const refusal = await problem(get(path, { name: "x", match: "{host=}" }));
      expect(refusal, path).toMatchObject({ status: 400, code: "query_invalid", position: { start: 6 } });
    }
  });

  it("refuses windows that are none", async () => {
    const windows = [
      { start: 5, end: 5 },
      { start: iso(HOUR_AGO), end: HOUR_AGO - 1 },
      { start: "now" },
      { end: "-9999999999999999" },
    ];
    for (const window of windows) {
      for (const path of ["stats/x", "aggregated"]) {
        const refusal = await problem(get(path, { name: "x", ...window }));
        expect(refusal).toMatchObject({ status: 422, code: "validation_failed" });
      }
    }
    const tooLong = { name: "x", resolution: "1m", start: 0, end: 11_001 * MINUTE };
    expect(await problem(get("aggregated", tooLong))).toMatchObject({ status: 422, limit: 11_000 });
    expect((await request("/api/v1/metrics/aggregated")).status).toBe(422);
  });
});
