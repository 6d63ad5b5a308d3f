import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { MetricsAccepted } from "../../../workers/contract/metrics.ts";
import {
  jsonInit,
  ok,
  post,
  problem,
  request,
  requestAs,
  runSchedules,
  useFreshStores,
} from "../../support/api.ts";
import { addUser } from "../../support/credentials.ts";
import { ask } from "./prometheus-client.ts";

useFreshStores();

const send = (metrics: object[]) => ok<MetricsAccepted>(post("/api/v1/metrics/batch", { metrics }));
const sendText = (body: string, type = "text/plain") =>
  request("/api/v1/metrics/import", { method: "POST", headers: { "content-type": type }, body });

const values = async (query: string): Promise<[Record<string, string>, string][]> => {
  const { data } = await ask("/query", { query });
  const { result } = data as { result: { metric: Record<string, string>; value: [number, string] }[] };
  return result.map(({ metric, value }) => [metric, value[1]]);
};

describe("one sample", () => {
  it("is there at once", async () => {
    const sample = {
      name: "queue_depth",
      value: 7.5,
      labels: { queue: "mail" },
      unit: "messages",
      type: "gauge",
    };
    expect(await ok(post("/api/v1/metrics/ingest", sample))).toEqual({ accepted: 1, refused: [] });
    expect(await values("queue_depth")).toEqual([[{ __name__: "queue_depth", queue: "mail" }, "7.5"]]);
    expect((await ask("/metadata")).data).toMatchObject({
      queue_depth: [{ type: "gauge", unit: "messages" }],
    });
  });

  it("that does not fit the data model is refused with the reason", async () => {
    const refused = await problem(post("/api/v1/metrics/ingest", { name: "", value: 1 }));
    expect(refused).toMatchObject({ status: 400, code: "samples_refused" });
    const future = { name: "a", value: 1, timestamp: Date.now() + 3_600_000 };
    expect((await problem(post("/api/v1/metrics/ingest", future))).detail).toContain("ten minutes ahead");
    expect(await problem(post("/api/v1/metrics/ingest", { name: "a" }))).toMatchObject({
      code: "validation_failed",
    });
    expect(await values('{__name__=~".+"}')).toEqual([]);
  });
});

describe("a batch", () => {
  it("takes what is good, and says of the rest which and why", async () => {
    const now = Date.now();
    const reply = await send([
      { name: "a", value: 1, timestamp: now },
      { name: "a", value: 2, timestamp: now },
      { name: "b", value: "NaN" },
      { name: "c", value: "+Inf" },
      { name: "d", value: "much" },
      { name: "e", value: 1, timestamp: now - 400 * 86_400_000 },
      { name: "f", value: 1, timestamp: new Date(now - 1000).toISOString() },
    ]);
    expect(reply.accepted).toBe(4);
    expect(reply.refused.map(({ index, code }) => [index, code])).toEqual([
      [1, "duplicate_timestamp"],
      [4, "malformed"],
      [5, "too_old"],
    ]);
    expect((await values('{__name__=~"a|b|c|f"}')).map(([, value]) => value).sort()).toEqual([
      "+Inf",
      "1",
      "1",
      "NaN",
    ]);
  });

  it("may be sent again, in whole or in part", async () => {
    const now = Date.now();
    const metrics = [1, 2, 3].map((value) => ({ name: "n", value, timestamp: now - 3000 + value * 1000 }));
    for (const _ of [1, 2]) expect(await send(metrics)).toEqual({ accepted: 3, refused: [] });
    expect(await values("count_over_time(n[1m])")).toEqual([[{}, "3"]]);
  });

  it("that is no batch changes nothing", async () => {
    for (const [body, code] of [
      ["{", "invalid_json"],
      ["[]", "malformed_samples"],
      ['{"metrics":[]}', "malformed_samples"],
      [`{"metrics":[${Array(10_001).fill("{}").join()}]}`, "body_too_large"],
    ] as const) {
      const init = { method: "POST", headers: { "content-type": "application/json" }, body };
      expect(await problem(request("/api/v1/metrics/batch", init)), body.slice(0, 20)).toMatchObject({
        code,
      });
    }
  });
});

describe("text", () => {
  it("in Prometheus' format is taken line by line", async () => {
    const text = '# TYPE x counter\nx_total{a="1"} 5\nx_total{a="2"} six\n{"y.z", b="ü"} +Inf\n';
    const reply = await ok<MetricsAccepted>(sendText(text));
    expect(reply).toMatchObject({ accepted: 2, refused: [{ index: 3 }] });
    expect(await values('{"y.z"}')).toEqual([[{ __name__: "y.z", b: "ü" }, "+Inf"]]);
  });

  it("in OpenMetrics must have come to its end", async () => {
    const type = "application/openmetrics-text";
    expect(await problem(sendText("x 1\n", type))).toMatchObject({ status: 400, code: "malformed_samples" });
    expect(await ok(sendText("x 1\n# EOF\n", type))).toMatchObject({ accepted: 1 });
    expect(await problem(sendText("x 1\n", "text/html"))).toMatchObject({ status: 415 });
  });
});

describe("the limit of series", () => {
  it("is kept by the shard, and says that it is reached", async () => {
    const { metrics } = await ok<{ metrics: object }>(request("/api/v1/settings"));
    const change = { metrics: { ...metrics, max_series_per_shard: 3 } };
    await ok(request("/api/v1/settings", jsonInit("PATCH", change)));
    const series = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `m${n}`, value: n }));
    const reply = await send(series(5));
    expect(reply).toMatchObject({
      accepted: 3,
      refused: [{ code: "series_limit" }, { code: "series_limit" }],
    });
    const full = await problem(post("/api/v1/metrics/ingest", { name: "m9", value: 1 }));
    expect(full).toMatchObject({ status: 429, code: "series_limit_reached" });
    expect(await send(series(3))).toMatchObject({ accepted: 3 });
  });
});

describe("who sends samples", () => {
  it("needs the role write", async () => {
    const { key } = await addUser("read");
    const init = jsonInit("POST", { name: "a", value: 1 });
    expect(await problem(requestAs(key, "/api/v1/metrics/ingest", init))).toMatchObject({
      code: "permission_denied",
    });
  });
});

describe("more shards", () => {
  it("take the series from a moment on, and what was before is found with what comes after", async () => {
    const now = Date.now();
    const series = Array.from({ length: 40 }, (_, n) => ({ labels: { n: String(n) }, name: "spread" }));
    await send(series.map((one) => ({ ...one, value: 1, timestamp: now - 60_000 })));
    const { metrics } = await ok<{ metrics: object }>(request("/api/v1/settings"));
    await ok(request("/api/v1/settings", jsonInit("PATCH", { metrics: { ...metrics, shards: 4 } })));
    const epochs = await env.DB.prepare("SELECT epoch, shards, starts_at > ?1 AS later FROM metric_epoch")
      .bind(now)
      .all();
    expect(epochs.results).toEqual([{ epoch: 2, shards: 4, later: 1 }]);
    // As if the notice had passed.
    await env.DB.prepare("UPDATE metric_epoch SET starts_at = ?1")
      .bind(now - 1000)
      .run();
    await ok(request("/api/v1/settings", jsonInit("PATCH", { metrics: { ...metrics, shards: 4 } })));
    await send(series.map((one) => ({ ...one, value: 2, timestamp: now })));
    const held = await Promise.all(
      [0, 1, 2, 3].map((n) => env.METRIC_SHARD.get(env.METRIC_SHARD.idFromName(`shard-${n}`)).stats()),
    );
    expect(held.map((stats) => stats.series > 0)).toEqual([true, true, true, true]);
    expect(await values("count(sum_over_time(spread[5m]) == 3)")).toEqual([[{}, "40"]]);
    expect(await values("count(spread)")).toEqual([[{}, "40"]]);
    await runSchedules();
  });
});
