import { describe, expect, it } from "vitest";
import { ok, post, requestAs, useFreshStores } from "../../support/api.ts";
import { addKey, addUser } from "../../support/credentials.ts";
import { ask, askAs } from "./prometheus-client.ts";

useFreshStores();

/** Half an hour ago, on the minute, in seconds. */
const start = Math.floor(Date.now() / 60_000) * 60 - 1800;
const at = (minutes: number) => String(start + minutes * 60);

async function load(): Promise<void> {
  const metrics = ["a", "b"].flatMap((job, place) =>
    Array.from({ length: 11 }, (_, minute) => ({
      name: "jobs_total",
      labels: { job, zone: "x" },
      value: minute * 60 * (place + 1),
      timestamp: (start + minute * 60) * 1000,
      type: "counter",
      help: "Jobs done.",
    })),
  );
  await ok(post("/api/v1/metrics/batch", { metrics }));
}

describe("queries", () => {
  it.each(["GET", "POST"] as const)(
    "by %s give a vector, a matrix, a scalar and a string",
    async (method) => {
      await load();
      const query = (text: string) => ask("/query", { query: text, time: at(10) }, { method });
      expect(await query("sum by (job) (rate(jobs_total[5m]))")).toEqual({
        status: "success",
        data: {
          resultType: "vector",
          result: [
            { metric: { job: "a" }, value: [start + 600, "1"] },
            { metric: { job: "b" }, value: [start + 600, "2"] },
          ],
        },
      });
      expect((await query("1 + 1")).data).toEqual({ resultType: "scalar", result: [start + 600, "2"] });
      expect((await query('"text"')).data).toEqual({ resultType: "string", result: [start + 600, "text"] });
      const range = await ask(
        "/query_range",
        { query: 'jobs_total{job="b"}', start: at(0), end: at(2), step: "1m" },
        { method },
      );
      expect(range.data).toEqual({
        resultType: "matrix",
        result: [
          {
            metric: { __name__: "jobs_total", job: "b", zone: "x" },
            values: [
              [start, "0"],
              [start + 60, "120"],
              [start + 120, "240"],
            ],
          },
        ],
      });
    },
  );

  it("take times as numbers and as texts, and say what they read when asked", async () => {
    await load();
    const time = new Date((start + 600) * 1000).toISOString();
    const { data } = await ask("/query", { query: "jobs_total", time, stats: "all", limit: "1" });
    expect(data).toMatchObject({
      result: [{ metric: { job: "a" } }],
      stats: { samples: { totalQueryableSamples: expect.any(Number) } },
    });
    const { warnings } = await ask("/query", { query: "jobs_total", time, limit: "1" });
    expect(warnings).toEqual(["results truncated due to limit"]);
  });

  it("write scalars without an exponent, elements with one", async () => {
    const value = async (query: string) => {
      const { data } = await ask("/query", { query, time: "5.0004" });
      return (data as { result: unknown }).result;
    };
    expect(await value("-15e-8")).toEqual([5, "-0.00000015"]);
    expect(await value("12e20")).toEqual([5, "1200000000000000000000"]);
    expect(await value("-0")).toEqual([5, "-0"]);
    expect(await value("1 / 0")).toEqual([5, "+Inf"]);
    expect(await value("vector(1e-7)")).toEqual([{ metric: {}, value: [5, "1e-07"] }]);
    expect(await value("vector(1e21)")).toEqual([{ metric: {}, value: [5, "1e+21"] }]);
  });

  it("round only the fraction of a second to milliseconds", async () => {
    const { data } = await ask("/query", { query: "time()", time: "1795281720.0005" });
    expect(data).toMatchObject({ result: [1795281720, "1795281720"] });
  });

  it("have steps of whole milliseconds, cut off", async () => {
    const { data } = await ask("/query_range", { query: "vector(1)", start: "0", end: "70", step: "33.3" });
    const [series] = (data as { result: { values: [number, string][] }[] }).result;
    expect(series?.values.map(([time]) => time)).toEqual([0, 33.299, 66.598]);
  });

  it("may have 11,000 whole steps", async () => {
    const span = { start: "0", end: "11000.5", step: "1" };
    const { data } = await ask("/query_range", { query: "vector(1)", ...span });
    expect((data as { result: { values: unknown[] }[] }).result[0]?.values).toHaveLength(11_001);
  });

  it("carry remarks with them", async () => {
    expect(await ask("/query", { query: "1" })).toEqual({
      status: "success",
      data: { resultType: "scalar", result: [expect.any(Number), "1"] },
    });
    await load();
    const remarked = await ask("/query", {
      query: 'rate({__name__="jobs_total"}[1h]) > quantile(7, jobs_total)',
    });
    expect(remarked.warnings).toEqual([
      expect.stringMatching(/^PromQL warning: quantile value should be between 0 and 1, got 7/),
    ]);
  });

  it.each([
    [
      "/query",
      { query: "sum(" },
      400,
      "bad_data",
      'invalid parameter "query": 1:5: parse error: unclosed left parenthesis',
    ],
    [
      "/query",
      { query: "up", time: "noon" },
      400,
      "bad_data",
      `invalid parameter "time": invalid time value for 'time': cannot parse "noon" to a valid timestamp`,
    ],
    [
      "/query",
      { query: "up", time: "1e400" },
      400,
      "bad_data",
      `invalid parameter "time": invalid time value for 'time': cannot parse "1e400" to a valid timestamp`,
    ],
    [
      "/query",
      { query: "up", time: "noon", limit: "few" },
      400,
      "bad_data",
      'invalid parameter "limit": strconv.Atoi: parsing "few": invalid syntax',
    ],
    ["/labels", { limit: "-1" }, 400, "bad_data", 'invalid parameter "limit": limit must be non-negative'],
    [
      "/query_range",
      { query: "up[5m]", start: "1", end: "4", step: "1" },
      400,
      "bad_data",
      'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    ],
    [
      "/query_range",
      { query: "up", start: "5", end: "4", step: "1" },
      400,
      "bad_data",
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      "/query_range",
      { query: "up", start: "1", end: "4", step: "0" },
      400,
      "bad_data",
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      "/query_range",
      { query: "up", start: "0", end: "11001", step: "1" },
      400,
      "bad_data",
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    ],
    [
      "/query_range",
      { query: "up", start: "x", end: "4", step: "1" },
      400,
      "bad_data",
      'invalid parameter "start": cannot parse "x" to a valid timestamp',
    ],
    ["/series", {}, 400, "bad_data", "no match[] parameter provided"],
    [
      "/series",
      { "match[]": '{job=~".*"}' },
      400,
      "bad_data",
      'invalid parameter "match[]": match[] must contain at least one non-empty matcher',
    ],
    [
      "/label/a b/values",
      { "match[]": "{" },
      400,
      "bad_data",
      expect.stringContaining('invalid parameter "match[]"'),
    ],
  ] as const)(
    "%s %o that cannot be read say what is wrong",
    async (path, parameters, status, errorType, error) => {
      expect(await ask(path, parameters, { status })).toEqual({ status: "error", errorType, error });
    },
  );

  it("that cannot be evaluated say why", async () => {
    await load();
    const failed = await ask(
      "/query",
      { query: "jobs_total + on (zone) jobs_total", time: at(10) },
      { status: 422 },
    );
    expect(failed).toMatchObject({
      errorType: "execution",
      error: expect.stringContaining("duplicate series"),
    });
  });
});

describe("what there is", () => {
  it("is found by selectors and within a span of time", async () => {
    await load();
    await ok(post("/api/v1/metrics/ingest", { name: "other", labels: { kind: "late" }, value: 1 }));
    expect((await ask("/labels")).data).toEqual(["__name__", "job", "kind", "zone"]);
    expect((await ask("/labels", { "match[]": ['jobs_total{job="a"}'] })).data).toEqual([
      "__name__",
      "job",
      "zone",
    ]);
    expect((await ask("/labels", { end: at(15) })).data).toEqual(["__name__", "job", "zone"]);
    expect((await ask("/label/job/values")).data).toEqual(["a", "b"]);
    expect((await ask("/label/__name__/values", { "match[]": ["other", "jobs_total"] })).data).toEqual([
      "jobs_total",
      "other",
    ]);
    expect((await ask("/series", { "match[]": ['{job=~".+"}', "other"] })).data).toEqual([
      { __name__: "jobs_total", job: "a", zone: "x" },
      { __name__: "jobs_total", job: "b", zone: "x" },
      { __name__: "other", kind: "late" },
    ]);
    expect(await ask("/series", { "match[]": ["jobs_total"], limit: "1" })).toMatchObject({
      data: [{ job: "a" }],
      warnings: ["results truncated due to limit"],
    });
    expect((await ask("/metadata", { metric: "jobs_total" })).data).toEqual({
      jobs_total: [{ type: "counter", unit: "", help: "Jobs done." }],
    });
  });

  it("is nothing at first", async () => {
    expect((await ask("/labels")).data).toEqual([]);
    expect((await ask("/metadata")).data).toEqual({});
    expect((await ask("/query", { query: "up" })).data).toEqual({ resultType: "vector", result: [] });
    expect((await ask("/rules")).data).toEqual({ groups: [] });
    expect((await ask("/alerts")).data).toEqual({ alerts: [] });
    expect((await ask("/targets")).data).toMatchObject({ activeTargets: [], droppedTargets: [] });
  });
});

describe("what editors ask", () => {
  it("is answered", async () => {
    expect((await ask("/format_query", { query: "sum(  rate(x[5m]) )" })).data).toBe("sum(rate(x[5m]))");
    expect((await ask("/parse_query", { query: "x" })).data).toMatchObject({
      type: "vectorSelector",
      name: "x",
    });
    expect((await ask("/status/buildinfo")).data).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    });
    expect((await ask("/status/runtimeinfo")).data).toMatchObject({ storageRetention: "90d" });
  });
});

describe("who asks", () => {
  it("needs a credential, and a key made for it; the envelope is the same", async () => {
    expect(await askAs(null, "/query?query=up", 401)).toMatchObject({
      status: "error",
      errorType: "unauthorized",
      code: "credential_missing",
    });
    const { key, userId } = await addUser("read");
    expect((await requestAs(key, "/prometheus/api/v1/query?query=1")).status).toBe(200);
    const other = await addKey(userId, ["ask"]);
    expect(await askAs(other, "/query?query=up", 403)).toMatchObject({
      errorType: "forbidden",
      code: "scope_missing",
    });
    expect(await askAs(key, "/nothing", 404)).toMatchObject({ status: "error", errorType: "not_found" });
  });
});
