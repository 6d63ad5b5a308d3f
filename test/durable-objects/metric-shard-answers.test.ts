import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { Labels } from "../../workers/monitoring/model/labels.ts";
import { matcher } from "../../workers/monitoring/model/matcher.ts";
import { Discovery } from "../../workers/monitoring/query/discovery.ts";
import { useClock } from "../support/clock.ts";
import { batchOf, EVER, openShard, readerOf, samplesOf } from "./metric-shard-samples.ts";

const HOUR = 3_600_000;

const advance = useClock();

describe("a metric shard", () => {
  it("tells which series there are, and what is known of them, after a restart too", async () => {
    const shard = openShard();
    const now = Date.now();
    const labels = Labels.of({ __name__: "http", job: "api", path: "/" });
    const batch = batchOf(
      [
        ["http", now, 1],
        ["up", now - HOUR, 1],
      ],
      (name) => (name === "http" ? labels : Labels.of({ __name__: name, job: "db" })),
    );
    const metadata = { metric: "http", type: "counter", help: "Requests.", unit: "" } as const;
    const exemplar = { series: 0, labels: ["trace_id", "abc"], value: Number.POSITIVE_INFINITY, time: now };
    await shard.append({ ...batch, exemplars: [exemplar], metadata: [metadata] });
    await shard.append({ ...batch, exemplars: [exemplar], metadata: [metadata] });
    const discovery = new Discovery([readerOf(shard)]);
    const http = [[matcher("__name__", "=", "http")]];
    for (const restart of [
      async () => {},
      () => evictDurableObject(shard),
      seal,
      () => evictDurableObject(shard),
    ]) {
      await restart();
      expect(await discovery.labelNames([], EVER)).toEqual(["__name__", "job", "path"]);
      expect(await discovery.labelNames([], { start: 0, end: now - 1 })).toEqual(["__name__", "job"]);
      expect(await discovery.labelValues("job", [], EVER)).toEqual(["api", "db"]);
      expect(await discovery.labelValues("job", http, EVER)).toEqual(["api"]);
      expect((await discovery.series(http, EVER)).map((found) => found.key)).toEqual([labels.key]);
      expect(await discovery.metadata(null)).toEqual([metadata]);
      expect(await discovery.metadata("up")).toEqual([]);
      const [found, ...more] = await discovery.exemplars(http, EVER);
      expect(more).toEqual([]);
      expect(found?.labels.key).toBe(labels.key);
      expect(found?.exemplars.map(({ labels: { flat }, value, time }) => ({ flat, value, time }))).toEqual([
        { flat: exemplar.labels, value: exemplar.value, time: now },
      ]);
      expect(await discovery.exemplars(http, { start: now + 1, end: now + 2 })).toEqual([]);
      const latest = await shard.latest({ matchers: [], ...EVER });
      expect([...latest.times]).toEqual([now, now - HOUR]);
      expect([...latest.values]).toEqual([1, 1]);
    }
    async function seal() {
      advance(HOUR);
      await runDurableObjectAlarm(shard);
    }
  });

  it("gives large answers in pages, and every series once", async () => {
    const shard = openShard();
    const now = Date.now();
    const names = Array.from({ length: 300 }, (_, i) => `m${i}`);
    for (let scrape = 0; scrape < 10; scrape++) {
      const points = names.flatMap((name, i) =>
        Array.from({ length: 100 }, (_, k) => [name, now - 20_000 + scrape * 1000 + k * 10, i + k] as const),
      );
      await shard.append(batchOf(points));
    }
    const page = await shard.select({ matchers: [], ...EVER });
    expect(page.next).not.toBeNull();
    const found = await samplesOf(shard);
    expect(found.size).toBe(300);
    for (const [name, samples] of found) {
      expect(samples.length, name).toBe(1000);
      expect(samples[0]).toEqual([now - 20_000, Number(name.slice(1))]);
    }
  });
});
