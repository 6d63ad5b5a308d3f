import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import {
  addText,
  ask as askQuestion,
  ingestAll,
  request,
  requestAs,
  runSchedules,
  search,
  useFreshStores,
} from "../../support/api.ts";
import { addUser } from "../../support/credentials.ts";
import { ask } from "./prometheus-client.ts";

useFreshStores();

const scrape = async (accept = "*/*"): Promise<string> => {
  const reply = await request("/metrics", { headers: { accept } });
  expect(reply.status).toBe(200);
  return new TextDecoder().decode(await reply.arrayBuffer());
};
const seriesValue = (text: string, series: string): number | null => {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
};

describe("what the service measures of itself", () => {
  it("counts questions by their outcome, and how long they took", async () => {
    await addText("trams.txt", "The tram to Osk leaves from platform four every ten minutes.");
    await ingestAll();
    await askQuestion("From which platform does the tram to Osk leave?");
    await askQuestion("Who painted the ceiling of the opera?");
    await search("tram");
    const text = await scrape();
    expect(seriesValue(text, 'rag_queries_total{status="answered"}')).toBe(1);
    expect(seriesValue(text, 'rag_queries_total{status="declined"}')).toBe(1);
    expect(seriesValue(text, "rag_query_duration_seconds_count")).toBe(2);
    expect(seriesValue(text, 'rag_query_duration_seconds_bucket{le="+Inf"}')).toBe(2);
    expect(seriesValue(text, 'rag_searches_total{status="answered"}')).toBe(1);
    expect(seriesValue(text, 'ingestion_turns_total{outcome="acknowledge"}')).toBeGreaterThan(0);
    expect(
      seriesValue(text, 'queue_messages_total{outcome="handled",queue="almanac-ingestion"}'),
    ).toBeGreaterThan(0);
    expect(seriesValue(text, 'auth_attempts_total{kind="key",outcome="accepted"}')).toBeGreaterThan(0);
    expect(text).toContain('http_requests_total{method="POST",route="/api/v1/query",status="200"} 2');
    expect(text).toMatch(/rag_cache_hits_total\{cache="principals"\} \d/);
    expect(text).toMatch(
      /durable_object_requests_total\{class="SearchIndex",method="search",outcome="ok"\} \d/,
    );
  });

  it("is OpenMetrics for those who accept it", async () => {
    await scrape();
    const text = await scrape("application/openmetrics-text; version=1.0.0");
    expect(text).toMatch(/# TYPE http_requests counter\n/);
    expect(text.endsWith("# EOF\n")).toBe(true);
  });

  it("outlives the object that adds it up, and counts a report once however often it comes", async () => {
    const totals = env.TELEMETRY_TOTALS.get(env.TELEMETRY_TOTALS.idFromName("service"));
    const measured = {
      counters: [{ name: "rag_queries_total" as const, labels: ["answered"], value: 3 }],
      histograms: [
        { name: "rag_query_duration_seconds" as const, labels: [], counts: Array(13).fill(1), sum: 9 },
      ],
    };
    for (const _ of [1, 2]) await totals.report({ from: "a", sequence: 1, measured });
    for (let sequence = 1; sequence <= 150; sequence += 1)
      await totals.report({ from: "b", sequence, measured });
    await evictDurableObject(totals);
    await totals.report({ from: "b", sequence: 150, measured });
    const text = await scrape();
    expect(seriesValue(text, 'rag_queries_total{status="answered"}')).toBe(3 * 151);
    expect(seriesValue(text, "rag_query_duration_seconds_count")).toBe(13 * 151);
    expect(seriesValue(text, "rag_query_duration_seconds_sum")).toBe(9 * 151);
  });

  it("loses no report while its totals cannot be written", async () => {
    const totals = env.TELEMETRY_TOTALS.get(env.TELEMETRY_TOTALS.idFromName("full disk"));
    const measured = {
      counters: [{ name: "rag_queries_total" as const, labels: ["answered"], value: 1 }],
      histograms: [],
    };
    const counted = async () => (await totals.totals()).counters.map(({ value }) => value);
    for (let sequence = 1; sequence <= 64; sequence += 1) {
      await totals.report({ from: "a", sequence, measured });
    }
    await runInDurableObject(totals, (instance, { storage }) => {
      const put = vi.spyOn(Object.getPrototypeOf(storage.kv), "put").mockImplementation(() => {
        throw new Error("the disk is full");
      });
      for (const _ of [1, 2]) {
        expect(() => instance.report({ from: "a", sequence: 65, measured })).toThrow("full");
      }
      put.mockRestore();
    });
    expect(await counted()).toEqual([64]);
    await evictDurableObject(totals);
    expect(await counted()).toEqual([64]);
    for (const _ of [1, 2]) await totals.report({ from: "a", sequence: 65, measured });
    await evictDurableObject(totals);
    expect(await counted()).toEqual([65]);
  });

  it("tells what was counted since a report that could not be sent", async () => {
    const totals = env.TELEMETRY_TOTALS.get(env.TELEMETRY_TOTALS.idFromName("service"));
    await askQuestion("Anything?");
    await runInDurableObject(totals, (instance) => {
      vi.spyOn(Object.getPrototypeOf(instance), "report").mockImplementationOnce(() => {
        throw new Error("out of reach");
      });
    });
    expect((await request("/metrics")).status).toBe(500);
    await askQuestion("Anything else?");
    expect(seriesValue(await scrape(), 'rag_queries_total{status="declined"}')).toBe(2);
  });

  it("can be asked in PromQL, with how things stand", async () => {
    await askQuestion("Anything?");
    await runSchedules();
    const value = async (query: string) =>
      ((await ask("/query", { query })).data as { result: { value: [number, string] }[] }).result[0]
        ?.value[1];
    expect(await value('rag_queries_total{job="almanac", status="declined"}')).toBe("1");
    expect(await value("almanac_build_info")).toBe("1");
    expect(await value("metrics_damaged_blocks")).toBe("0");
    expect(await value('ingestion_jobs{state="queued"}')).toBe("0");
    expect(Number(await value("sum(metrics_series)"))).toBeGreaterThanOrEqual(0);
    expect((await ask("/metadata", { metric: "rag_queries_total" })).data).toMatchObject({
      rag_queries_total: [{ type: "counter" }],
    });
  });

  it("is not for everybody", async () => {
    expect((await requestAs(null, "/metrics")).status).toBe(401);
    const { key } = await addUser("read");
    expect((await requestAs(key, "/metrics")).status).toBe(200);
  });
});
