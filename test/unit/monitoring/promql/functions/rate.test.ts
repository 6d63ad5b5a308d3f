import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callRange } from "./call.ts";
import { customHistogram, nativeHistogram } from "./histogram.ts";

const NOT_A_COUNTER =
  'info 0: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "temperature"';

/** Every ten seconds from 10 to 10 · n. */
const every10 = (...values: number[]) => values.map((value, index) => [(index + 1) * 10, value] as const);

describe("rate, increase and delta", () => {
  it("reach to the edges of a window that the samples fill", () => {
    const samples = every10(10, 20, 30, 40, 50, 60);
    expect(callRange("increase", { samples, start: 0, end: 60 }).value).toBeCloseTo(60, 10);
    expect(callRange("rate", { samples, start: 0, end: 60 }).value).toBeCloseTo(1, 10);
    expect(callRange("delta", { samples, start: 0, end: 60 }).value).toBeCloseTo(60, 10);
  });

  it("go on for half a gap where the series does not reach the edge", () => {
    const samples = every10(100, 110, 120);
    expect(callRange("increase", { samples, start: -100, end: 130 }).value).toBeCloseTo(30, 10);
    expect(callRange("delta", { samples, start: -100, end: 130 }).value).toBeCloseTo(30, 10);
  });

  it("do not take a counter below zero before its first sample", () => {
    const samples = every10(2, 12, 22);
    expect(callRange("increase", { samples, start: 0, end: 30 }).value).toBeCloseTo(22, 10);
    expect(callRange("delta", { samples, start: 0, end: 30 }).value).toBeCloseTo(30, 10);
  });

  it("add what a counter had when it began anew", () => {
    const samples = every10(10, 20, 5, 15, 0, 10);
    expect(callRange("increase", { samples, start: 10, end: 60 }).value).toBeCloseTo(
      10 + 5 + 10 + 0 + 10,
      10,
    );
    expect(callRange("delta", { samples, start: 10, end: 60 }).value).toBe(0);
  });

  it("need two samples", () => {
    for (const name of ["rate", "increase", "delta", "irate", "idelta", "deriv"]) {
      expect(callRange(name, { samples: [[5, 1]], start: 0, end: 10 }).value).toBeNull();
    }
  });

  it("remark on the name of what may not be a counter", () => {
    const call = { samples: every10(1, 2), start: 0, end: 20 };
    expect(callRange("rate", { ...call, metricName: "temperature" }).remarks).toEqual([NOT_A_COUNTER]);
    expect(callRange("increase", { ...call, metricName: "temperature" }).remarks).toEqual([NOT_A_COUNTER]);
    expect(callRange("delta", { ...call, metricName: "temperature" }).remarks).toEqual([]);
    for (const metricName of ["a_total", "a_sum", "a_count", "a_bucket", ""]) {
      expect(callRange("rate", { ...call, metricName }).remarks).toEqual([]);
    }
  });

  it("are within what the counter did, for counters that begin anew at any time", () => {
    const gains = fc.array(fc.tuple(fc.nat(1000), fc.boolean()), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(gains, fc.integer({ min: 0, max: 9 }), (steps, ahead) => {
        let count = 1_000_000;
        const counts = steps.map(([gain, restarts]) => (count = restarts ? gain : count + gain));
        const end = steps.length * 10 + ahead;
        const { value } = callRange("increase", { samples: every10(...counts), start: 5, end });
        let gained = 0;
        counts.slice(1).forEach((now, index) => {
          const before = counts[index] ?? 0;
          gained += now < before ? now : now - before;
        });
        const sampled = (steps.length - 1) * 10;
        expect(value).toBeGreaterThanOrEqual(gained * (1 - 1e-9));
        expect(value).toBeLessThanOrEqual(((gained * (sampled + 5 + ahead)) / sampled) * (1 + 1e-9));
        const rate = callRange("rate", { samples: every10(...counts), start: 5, end }).value;
        expect(Number(rate) * (end - 5)).toBeCloseTo(Number(value), 6);
      }),
    );
  });

  it("pass NaN and infinities on", () => {
    expect(callRange("rate", { samples: every10(1, Number.NaN), start: 0, end: 20 }).value).toBeNaN();
    expect(callRange("rate", { samples: every10(1, Infinity), start: 0, end: 20 }).value).toBe(Infinity);
  });
});

describe("rate of native histograms", () => {
  it("is a gauge of all counts by the second", () => {
    const samples = [
      [10, nativeHistogram([1, 2])],
      [20, nativeHistogram([2, 6])],
    ] as const;
    const { value, remarks } = callRange("rate", { samples, start: 10, end: 20 });
    expect(value).toMatchObject({ count: 0.5, positiveBuckets: [0.1, 0.4], resetHint: "gauge" });
    expect(remarks).toEqual([]);
  });

  it("adds what was counted before a restart", () => {
    const samples = [
      [10, nativeHistogram([5])],
      [20, nativeHistogram([9])],
      [30, nativeHistogram([2])],
    ] as const;
    expect(callRange("increase", { samples, start: 10, end: 30 }).value).toMatchObject({
      positiveBuckets: [9 - 5 + 2],
    });
  });

  it("remarks on gauges, on floats among histograms and on unlike buckets", () => {
    const mixed = [
      [10, 1],
      [20, nativeHistogram([1])],
    ] as const;
    expect(callRange("rate", { samples: mixed, start: 0, end: 20 })).toEqual({
      value: null,
      remarks: ['warning 0: encountered a mix of histograms and floats for metric name "requests_total"'],
    });
    const gauges = [
      [10, nativeHistogram([1], { resetHint: "gauge" })],
      [20, nativeHistogram([3], { resetHint: "gauge" })],
    ] as const;
    expect(callRange("rate", { samples: gauges, start: 0, end: 20 }).remarks).toEqual([
      'warning 0: this native histogram metric is not a counter: "requests_total"',
    ]);
    expect(callRange("delta", { samples: gauges, start: 0, end: 20 }).remarks).toEqual([]);
    const unlike = [
      [10, nativeHistogram([1], { resetHint: "not_reset" })],
      [20, { ...customHistogram([3, 1], [1]), resetHint: "not_reset" }],
    ] as const;
    expect(callRange("increase", { samples: unlike, start: 0, end: 20 })).toEqual({
      value: null,
      remarks: [
        'warning 0: vector contains a mix of histograms with exponential and custom buckets schemas for metric name "requests_total"',
      ],
    });
  });

  it("keeps the custom bounds that all have", () => {
    const samples = [
      [10, customHistogram([1, 1, 1], [1, 2])],
      [20, customHistogram([5, 5], [1])],
    ] as const;
    const { value, remarks } = callRange("delta", { samples, start: 10, end: 20 });
    expect(value).toMatchObject({ customValues: [1], positiveBuckets: [4, 3] });
    expect(remarks).toContain("info 0: mismatched custom buckets were reconciled during subtraction");
  });
});

describe("irate and idelta", () => {
  const samples = [
    [10, 100],
    [20, 40],
    [25, 50],
  ] as const;

  it("look at the last two samples", () => {
    expect(callRange("irate", { samples, start: 0, end: 30 }).value).toBe(2);
    expect(callRange("idelta", { samples, start: 0, end: 30 }).value).toBe(10);
  });

  it("take a counter that fell to have begun anew", () => {
    const fallen = samples.slice(0, 2);
    expect(callRange("irate", { samples: fallen, start: 0, end: 30 }).value).toBe(4);
    expect(callRange("idelta", { samples: fallen, start: 0, end: 30 }).value).toBe(-60);
  });
});

describe("resets and changes", () => {
  it("count falls and differences", () => {
    const samples = every10(1, 2, 2, 1, Number.NaN, Number.NaN, 0, 5);
    expect(callRange("resets", { samples, start: 0, end: 80 }).value).toBe(1);
    expect(callRange("changes", { samples, start: 0, end: 80 }).value).toBe(5);
    expect(callRange("changes", { samples: [[5, 1]], start: 0, end: 80 }).value).toBe(0);
  });

  it("count every change between floats and histograms", () => {
    const samples = [
      [10, 1],
      [20, nativeHistogram([2])],
      [30, nativeHistogram([2])],
      [40, nativeHistogram([1])],
      [50, 1],
    ] as const;
    expect(callRange("resets", { samples, start: 0, end: 80 }).value).toBe(3);
    expect(callRange("changes", { samples, start: 0, end: 80 }).value).toBe(3);
  });
});
