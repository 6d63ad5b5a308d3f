import { type SentLabels, type SentSeries, STALE } from "../../bench/metrics/remote-write-body.ts";
import { randomFrom } from "../../bench/synthetic-text.ts";

export const INTERVAL_MS = 15_000;
/** Counters have counted before: releases 2 and 3 of Prometheus extrapolate differently where one begins. */
const BEGUN = 1e6;

/**
 * Series as a small service has them, scraped for a while: counters with resets, gauges, classic histograms, series
 * that end, pause or have odd values. The same each time.
 *
 * @param start of the first scrape, milliseconds since 1970
 */
export function sampleData(start: number, scrapes: number): SentSeries[] {
  const random = randomFrom(7);
  const all: SentSeries[] = [];
  const add = (name: string, labels: Record<string, string>, valueAt: (scrape: number) => Value | null) => {
    const samples: [number, Value][] = [];
    for (let scrape = 0; scrape < scrapes; scrape += 1) {
      const value = valueAt(scrape);
      if (value !== null) samples.push([start + scrape * INTERVAL_MS, value]);
    }
    all.push({ labels: sorted({ __name__: name, ...labels }), samples });
  };
  for (const instance of ["a:80", "b:80", "c:80"]) {
    const job = instance === "c:80" ? "worker" : "api";
    add("up", { job, instance }, (scrape) => (scrape % 50 === 49 ? 0 : 1));
    for (const method of ["GET", "POST"])
      for (const code of ["200", "404", "500"]) {
        let total = BEGUN;
        add("http_requests_total", { job, instance, method, code }, (scrape) => {
          if (scrape === 130 && instance === "b:80") total = 0;
          total += Math.floor(random() * (code === "200" ? 60 : 4));
          return total;
        });
      }
    let bytes = 5e8;
    add("memory_bytes", { job, instance }, () => {
      bytes += Math.round((random() - 0.5) * 40) * 4096;
      return bytes;
    });
    add("temperature_celsius", { job, instance, sensor: "x" }, (scrape) =>
      Number((20 + 5 * Math.sin(scrape / 20) + random()).toFixed(2)),
    );
    const buckets = ["0.1", "0.5", "1", "2.5", "+Inf"];
    const counts = buckets.map((_, place) => BEGUN * (place + 1));
    for (const [place, le] of buckets.entries())
      add("latency_seconds_bucket", { job, instance, le }, () => {
        counts[place] = (counts[place] ?? 0) + 3 + place * 2;
        return counts[place] ?? 0;
      });
    add("latency_seconds_sum", { job, instance }, (scrape) => BEGUN + scrape * 4.25);
    add("latency_seconds_count", { job, instance }, (scrape) => BEGUN + (scrape + 1) * 11);
  }
  add("pausing", { job: "api" }, (scrape) => (scrape % 60 < 30 ? scrape : null));
  add("ended", { job: "api" }, (scrape) => (scrape < 150 ? scrape : scrape === 150 ? STALE : null));
  const odd = [Number.NaN, Infinity, -Infinity, 0, 1e-9, 1e22, 0.1, -7];
  add("odd", { job: "worker", note: 'ü "x" \\' }, (scrape) => odd[scrape % odd.length] ?? 0);
  add("limit", { job: "api" }, () => 100);
  add("limit", { job: "worker" }, () => 50);
  return all;
}

type Value = number | typeof STALE;

const sorted = (labels: Record<string, string>): SentLabels =>
  Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
