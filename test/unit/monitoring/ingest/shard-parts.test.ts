import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeRemoteWrite1 } from "../../../../workers/monitoring/ingest/remote-write-1.ts";
import { outcomeOf, splitByShard } from "../../../../workers/monitoring/ingest/shard-parts.ts";
import type { AppendResult } from "../../../../workers/monitoring/model/sample-batch.ts";
import { decoded, NOW, samplesOf } from "./read-batch.ts";
import { writeRequest1 } from "./remote-write-messages.ts";

const HISTOGRAM = {
  time: NOW,
  integer: true,
  count: 1,
  zeroCount: 1,
  sum: 0,
  schema: 0,
  zeroThreshold: 0,
  positive: [],
  positiveSpans: [],
  negative: [],
  negativeSpans: [],
  customValues: [],
  hint: 0,
};

/** Series with two samples each, every third a histogram as well, every fourth an exemplar, and one that is refused. */
function request(count: number) {
  const series = Array.from({ length: count }, (_, number) => ({
    labels: ["__name__", `metric_${number}`],
    samples: [0, 1].map((step) => ({ value: number, time: NOW + step })),
    histograms: number % 3 === 0 ? [{ ...HISTOGRAM, time: NOW + 2 }] : [],
    exemplars: number % 4 === 0 ? [{ labels: ["id", `${number}`], value: 1, time: NOW }] : [],
  }));
  const bad = { labels: ["job", "x"], samples: [{ value: 1, time: NOW }] };
  const metadata = Array.from({ length: count }, (_, number) => ({
    metric: `metric_${number}`,
    type: 1,
    help: "",
    unit: "",
  }));
  return decoded((builder) => decodeRemoteWrite1(writeRequest1([bad, ...series], metadata), builder));
}

const accepted = (count: number): AppendResult => ({ accepted: count, refused: [] });

describe("splitByShard", () => {
  test("gives each shard its series with all that is theirs, and loses nothing", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 5 }), (count, shards) => {
        const { batch } = request(count);
        const parts = splitByShard(batch, (first) => first % shards);
        const whole = samplesOf(batch);
        const histograms = new Map(batch.histograms.map(({ sample, histogram }) => [sample, histogram]));
        const seen: number[] = [];
        for (const part of parts) {
          for (const [at, sample] of samplesOf(part.batch).entries()) {
            const original = part.samples?.[at] ?? at;
            seen.push(original);
            expect(sample).toEqual(whole[original]);
          }
          for (const { sample, histogram } of part.batch.histograms)
            expect(histogram).toBe(histograms.get(part.samples?.[sample] ?? sample));
          for (const { series, exemplar } of part.batch.exemplars) {
            const named = samplesOf(part.batch).find((_, at) => part.batch.series[at] === series);
            expect(named?.labels.__name__).toBe(`metric_${exemplar.labels.get("id")}`);
          }
          for (let at = 0; at < part.batch.labelEnds.length; at++)
            expect((part.batch.hashes[at * 2] ?? 0) % shards).toBe(part.shard);
        }
        expect(seen.sort((a, b) => a - b)).toEqual(whole.map((_, at) => at));
        const total = (of: (part: (typeof parts)[number]) => number) =>
          parts.reduce((sum, part) => sum + of(part), 0);
        expect(total(({ batch: { histograms: some } }) => some.length)).toBe(batch.histograms.length);
        expect(total(({ batch: { exemplars } }) => exemplars.length)).toBe(batch.exemplars.length);
        expect(total(({ batch: { metadata } }) => metadata.length)).toBe(count);
      }),
      { numRuns: 30 },
    );
  });

  test("sends metadata where the metric's series without labels is", () => {
    for (const { batch } of splitByShard(request(20).batch, (first) => first % 4)) {
      const names = samplesOf(batch).map(({ labels }) => labels.__name__);
      for (const { metric } of batch.metadata) expect(names).toContain(metric);
    }
  });

  test("has no part for an empty batch", () => {
    expect(splitByShard(request(0).batch, () => 0)).toEqual([]);
  });
});

describe("outcomeOf", () => {
  test("counts what is written and names what is not by the request's items", () => {
    const whole = request(4);
    const parts = splitByShard(whole.batch, (first) => first % 2);
    const answers = parts.map((part) => ({ part, result: accepted(part.batch.times.length) }));
    expect(outcomeOf(whole, answers)).toMatchObject({
      written: { samples: 8, histograms: 2, exemplars: 1 },
      refused: [{ item: 0, reason: "missing_metric_name" }],
    });

    const refusing = parts.map((part) => ({
      part,
      result: {
        accepted: part.batch.times.length - 1,
        refused: [{ sample: part.batch.times.length - 1, reason: "out_of_order" as const }],
      },
    }));
    const outcome = outcomeOf(whole, refusing);
    const last = parts.map((part) => part.samples?.at(-1) ?? 0);
    expect(outcome.written.samples + outcome.written.histograms).toBe(10 - parts.length);
    expect(outcome.refused.map(({ item }) => item)).toEqual(
      [0, ...last.map((sample) => whole.items[sample])].sort((a, b) => Number(a) - Number(b)),
    );
    expect(outcome.refused[1]?.detail).toContain("metric_");
  });
});
