import fc from "fast-check";
import { expect, it } from "vitest";
import { FloatColumns } from "../../../../workers/monitoring/head/float-columns.ts";
import { SampleCells } from "../../../../workers/monitoring/head/sample-cells.ts";
import type { Histogram } from "../../../../workers/monitoring/model/histogram.ts";

const samples = fc.array(
  fc.record({ series: fc.integer({ min: 0, max: 3 }), step: fc.integer({ min: -2, max: 3 }) }),
  { maxLength: 120 },
);

it("gives the samples of each series by time, however they came in, and what lies in a range", () => {
  fc.assert(
    fc.property(
      samples,
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 0, max: 200 }),
      (steps, a, b) => {
        const cells = new SampleCells();
        const model = new Map<number, Map<number, number>>();
        for (const [i, { series, step }] of steps.entries()) {
          const known = model.get(series) ?? new Map<number, number>();
          model.set(series, known);
          const newest = Math.max(0, ...known.keys());
          const time = Math.max(0, newest + step);
          if (known.has(time)) continue;
          known.set(time, i);
          cells.add(series, time, i, 0x40000000, null, time <= newest);
        }
        for (const [series, known] of model) {
          const all = [...known].sort(([x], [y]) => x - y);
          const [start, end] = [Math.min(a, b), Math.max(a, b)];
          const within = all.filter(([time]) => time >= start && time <= end);
          const read = cells.read(series, start, end);
          expect(Array.from(read.times, (time, i) => [time, read.bits[i * 2]])).toEqual(within);
          const columns = new FloatColumns();
          expect(cells.copyTo(columns, series, start, end)).toBe(true);
          expect(columns.finish().times).toEqual(new Float64Array(within.map(([time]) => time)));
          expect(cells.read(series).length).toBe(all.length);
          for (const [time, low] of all) expect(cells.find(series, time)?.bits[0]).toBe(low);
          expect(cells.find(series, 1e6)).toBeNull();
        }
      },
    ),
  );
});

it("keeps histograms apart from the floats of other series", () => {
  const cells = new SampleCells();
  const histogram: Histogram = {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 1,
    sum: 1,
    positiveSpans: [],
    positiveBuckets: [],
    negativeSpans: [],
    negativeBuckets: [],
    customValues: [],
    resetHint: "unknown",
  };
  for (let time = 0; time < 20; time++) {
    cells.add(0, time, time, 0, null, false);
    cells.add(1, time, 0, 0x7ff80000, time % 2 === 0 ? histogram : null, false);
  }
  const columns = new FloatColumns();
  expect(cells.copyTo(columns, 0, 0, 100)).toBe(true);
  expect(cells.copyTo(columns, 1, 0, 100)).toBe(false);
  expect(columns.length).toBe(20);
  expect(cells.read(0).histograms).toBeNull();
  expect(cells.read(1, 10, 13).histograms).toEqual([histogram, null, histogram, null]);
  expect(cells.find(1, 4)?.histograms).toEqual([histogram]);
  expect(cells.find(1, 5)?.histograms).toBeNull();
  expect(cells.load).toBeGreaterThan(cells.samples);
});
