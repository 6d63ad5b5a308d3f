import { describe, expect, it } from "vitest";
import { request, requestAs, send, useFreshStores } from "../../support/api.ts";
import { addUser } from "../../support/credentials.ts";
import { ask, type Envelope } from "./prometheus-client.ts";

useFreshStores();

const TOO_MANY = "query processing would load too many samples into memory in query execution";
const nested = (call: string, depth: number) => `${call.repeat(depth)}up${")".repeat(depth)}`;

async function store(series: number): Promise<void> {
  const path = "x".repeat(1000);
  const lines = Array.from({ length: series }, (_, i) => `up{i="${i}",path="${path}"} ${i}\n`);
  const reply = await request("/api/v1/metrics/import", {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: lines.join(""),
  });
  expect(reply.status).toBe(200);
}

const range = (query: string, status: number, more: Record<string, string> = {}): Promise<Envelope> => {
  const end = Math.ceil(Date.now() / 1000);
  const form = { query, start: String(end - 11_000), end: String(end), step: "1", ...more };
  return ask("/query_range", form, { method: "POST", status });
};

describe("queries that would take the isolate's memory", () => {
  it("end with Prometheus' error", async () => {
    await store(2);
    for (const query of [
      "max_over_time(max_over_time(up[365d:1ms])[365d:1ms])",
      "max_over_time(up[60d:1s])",
      "max_over_time(vector(1)[60d:1s])",
      "max_over_time(vector(1)[290y:1s] @ 1e12)",
      "up[365d:1ms]",
    ]) {
      const { errorType, error } = await ask("/query", { query }, { method: "POST", status: 422 });
      expect([query, errorType, error]).toEqual([query, "execution", TOO_MANY]);
    }
  });

  it("end with it over many steps, too, though most of these are empty", async () => {
    await store(400);
    for (const query of [
      "up * on (i) up",
      'count_values("v", up)',
      "topk by (i) (1e9, up)",
      "sum by (i) (up)",
      "limitk by (i) (1, up)",
      nested("abs(", 400),
    ]) {
      const { errorType, error } = await range(query, 422);
      expect([query, errorType, error]).toEqual([query, "execution", TOO_MANY]);
    }
  });

  it("end where labels grow", async () => {
    await store(1);
    const doubled = `${"label_join(".repeat(20)}up${', "path", "", "path", "path")'.repeat(20)}`;
    const replaced = `label_replace(up, "path", "${"$0".repeat(10_000)}", "path", ".*")`;
    for (const query of [doubled, replaced]) {
      expect(await ask("/query", { query }, { method: "POST", status: 422 })).toMatchObject({
        errorType: "execution",
        error: "value of label path is too long",
      });
    }
  });
});

describe("queries that would take for ever", () => {
  it("end at their time, also when nothing is read meanwhile", async () => {
    const query = "max_over_time(vector(1)[1d:100ms])";
    expect(await range(query, 503, { timeout: "10ms" })).toEqual({
      status: "error",
      errorType: "timeout",
      error: "query timed out in expression evaluation",
    });
  });

  it("take linear time with any pattern", async () => {
    await store(50);
    for (const pattern of ["(a+)+$", "(x+x+)+y", "(.*)(.*)(.*)(.*)(.*)y", "(a?){60}(x|b|c.*){100}"]) {
      const { data } = await ask("/query", { query: `count(up{path=~"${pattern}"})` });
      expect(data).toEqual({ resultType: "vector", result: [] });
    }
    const busy = { query: `up{path=~"${".{0,900}".repeat(10)}y"}` };
    expect((await ask("/query", busy, { status: 400 })).error).toContain("expression too large");
  });

  it("are not read when they are too long or too deep", async () => {
    for (const query of [`up${" + up".repeat(20_000)}`, nested("abs(", 10_000), "(".repeat(50_000)]) {
      const { errorType } = await ask("/query", { query }, { method: "POST", status: 400 });
      expect(errorType).toBe("bad_data");
    }
  });

  it("may not ask of too many selectors at once", async () => {
    const match = Array.from({ length: 51 }, (_, i) => `up{i="${i}"}`);
    for (const path of ["/series", "/labels"]) {
      const { error } = await ask(path, { "match[]": match }, { method: "POST", status: 400 });
      expect(error).toContain("more than 50 selectors");
    }
    await ask("/query_exemplars", { query: match.join(" or ") }, { method: "POST", status: 400 });
  });
});

describe("times and numbers beyond all bounds", () => {
  it("are refused in Prometheus' words", async () => {
    for (const [query, error] of [
      ["up @ NaN", "timestamp out of bounds for @ modifier: NaN"],
      ["up @ -1e300", "timestamp out of bounds for @ modifier: -1"],
      ["up offset 1000000y", "duration out of range"],
      ["rate(up[1000000y])", "duration out of range"],
      ["up offset 1e30", "duration out of range"],
      ["topk(1e19, up)", "Scalar value 1e+19 overflows int64"],
      ["topk(NaN, up)", "Parameter value is NaN"],
      ["limitk(Inf, up)", "Scalar value +Inf overflows int64"],
    ] as const) {
      const reply = await request(`/prometheus/api/v1/query?${new URLSearchParams({ query })}`);
      expect([400, 422]).toContain(reply.status);
      expect(await reply.json()).toMatchObject({ status: "error", error: expect.stringContaining(error) });
    }
  });

  it("are answered where Prometheus answers", async () => {
    await store(1);
    for (const query of ["up @ 1e15", "up @ -1e15", "vector(1)[100y:100y]", "quantile(NaN, up)"]) {
      expect((await ask("/query", { query })).status).toBe("success");
    }
  });
});

describe("who asks", () => {
  const query = {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "query=1",
  };

  it("is told nothing without a credential, and reads with the role that reads", async () => {
    expect((await send("/prometheus/api/v1/query", query)).status).toBe(401);
    const { key } = await addUser("read");
    expect((await requestAs(key, "/prometheus/api/v1/query", query)).status).toBe(200);
    for (const path of [
      "/api/v1/metrics/batch",
      "/api/v1/metrics/import",
      "/prometheus/api/v1/otlp/v1/metrics",
    ]) {
      const reply = await requestAs(key, path, { method: "POST", body: "{}" });
      expect([path, reply.status]).toEqual([path, 403]);
    }
  });

  it("is not a page of somebody else", async () => {
    const headers = { ...query.headers, origin: "https://evil.test" };
    const reply = await request("/prometheus/api/v1/query", { ...query, headers });
    expect(reply.status).toBe(403);
    expect(reply.headers.get("access-control-allow-origin")).toBeNull();
    expect(await reply.json()).toMatchObject({ status: "error", errorType: "forbidden" });
  });

  it("gets Prometheus' envelope for methods and paths that are not there", async () => {
    for (const [method, path, status] of [
      ["DELETE", "/prometheus/api/v1/query", 405],
      ["PUT", "/prometheus/api/v1/write", 405],
      ["GET", "/prometheus/api/v1/nowhere", 404],
    ] as const) {
      const reply = await request(path, { method });
      expect([path, reply.status]).toEqual([path, status]);
      expect(await reply.json()).toMatchObject({ status: "error" });
    }
  });
});

describe("the service's own metrics", () => {
  it("have no series by what callers write into paths, queries and credentials", async () => {
    const probes = ["nowhere", "prometheus/api/v1/label/evil_name/values", "api/v1/metrics/latest/evil_name"];
    for (const path of probes)
      await request(`/${path}?evil_query=1`, { headers: { "user-agent": "evil_agent" } });
    await requestAs("evil_key", "/prometheus/api/v1/query?query=1");
    await ask("/query", { query: "evil_metric{" }, { status: 400 });
    const exposed = await (await request("/metrics")).text();
    expect(exposed).toContain("http_requests_total{");
    expect(exposed).not.toContain("evil");
  });
});
