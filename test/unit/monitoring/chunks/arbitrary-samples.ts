import fc from "fast-check";
import type { Histogram } from "../../../../workers/monitoring/model/histogram.ts";
import { markStale, Samples } from "../../../../workers/monitoring/model/samples.ts";

/** A value by its bits, so that NaNs of all payloads, stale markers, -0 and subnormals come up. */
export const arbitraryBits: fc.Arbitrary<readonly [number, number]> = fc.oneof(
  fc.double().map(bitsOf),
  fc.integer({ min: -5, max: 1000 }).map(bitsOf),
  fc
    .constantFrom(-0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, Number.MAX_VALUE)
    .map(bitsOf),
  fc.constant([0x0000_0002, 0x7ff0_0000] as const),
  fc.tuple(fc.nat(0xffff_ffff), fc.constantFrom(0x7ff8_0000, 0xfff8_1234, 0x7ff0_0001)),
  fc.tuple(fc.nat(0xffff_ffff), fc.nat(0xffff_ffff)),
);

const intervals = fc.oneof(
  fc.constant(15_000).map((interval) => () => interval),
  fc.integer({ min: 1, max: 40 }).map((jitter) => (i: number) => 15_000 + ((i * 7919) % jitter)),
  fc
    .array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 ** 40 })), { minLength: 1 })
    .map((steps) => (i: number) => steps[i % steps.length] ?? 1),
);

/** Ascending times with the habits of scrapes, or with none. */
export function arbitraryTimes(count: number): fc.Arbitrary<Float64Array> {
  return fc.tuple(fc.integer({ min: -(2 ** 44), max: 2 ** 44 }), intervals).map(([start, stepAt]) => {
    const times = new Float64Array(count);
    let time = start;
    for (let i = 0; i < count; i += 1) {
      times[i] = time;
      time += stepAt(i);
    }
    return times;
  });
}

/** A counter that starts anew at times, as decimals of some places. */
const counters = fc
  .record({
    start: fc.integer({ min: 0, max: 2 ** 40 }),
    steps: fc.array(fc.integer({ min: -1, max: 5000 }), { minLength: 1, maxLength: 200 }),
    places: fc.integer({ min: 0, max: 6 }),
    unit: fc.constantFrom(1, 4096, 25),
  })
  .map(({ start, steps, places, unit }) => {
    let value = start;
    return steps.map((step) => {
      value = step < 0 ? 0 : value + step * unit;
      return bitsOf(value / 10 ** places);
    });
  });

const rarelyStale = fc
  .tuple(counters, fc.array(fc.nat(200), { maxLength: 3 }))
  .map(([values, stale]) =>
    values.map((value, i) => (stale.includes(i) ? ([0x0000_0002, 0x7ff0_0000] as const) : value)),
  );

const values: fc.Arbitrary<readonly (readonly [number, number])[]> = fc.oneof(
  counters,
  rarelyStale,
  fc.array(arbitraryBits, { minLength: 1, maxLength: 150 }),
  fc.tuple(arbitraryBits, fc.integer({ min: 1, max: 300 })).map(([value, count]) => Array(count).fill(value)),
  fc
    .array(fc.double({ noNaN: true, min: 0, max: 100 }), { minLength: 1, maxLength: 150 })
    .map((all) => all.map(bitsOf)),
);

/** Floats of one series, at least one, of every shape that the codecs tell apart. */
export const arbitraryFloats: fc.Arbitrary<Samples> = values.chain((words) =>
  arbitraryTimes(words.length).map((times) => {
    const samples = new Samples(times, new Float64Array(words.length));
    words.forEach(([low, high], i) => {
      samples.bits[i * 2] = low;
      samples.bits[i * 2 + 1] = high;
    });
    return samples;
  }),
);

const counts = fc.oneof(fc.nat(10_000), fc.double({ noNaN: true }));
const buckets = fc.array(counts, { maxLength: 6 });
const spans = fc.array(
  fc.record({ offset: fc.integer({ min: -5, max: 1000 }), length: fc.nat(20) }, { noNullPrototype: true }),
  { maxLength: 3 },
);
export const arbitraryHistogram: fc.Arbitrary<Histogram> = fc.record(
  {
    schema: fc.constantFrom(-53, -4, 0, 3, 8),
    zeroThreshold: fc.constantFrom(0, 2 ** -128, 0.001),
    zeroCount: counts,
    count: counts,
    sum: fc.double(),
    positiveSpans: spans,
    positiveBuckets: buckets,
    negativeSpans: spans,
    negativeBuckets: buckets,
    customValues: fc.array(fc.double({ noNaN: true }), { maxLength: 4 }),
    resetHint: fc.constantFrom("unknown", "reset", "not_reset", "gauge"),
  },
  { noNullPrototype: true },
);

/** A histogram that is scraped again and again while its counts rise. */
const growing = fc
  .tuple(arbitraryHistogram, fc.array(fc.nat(50), { minLength: 1, maxLength: 30 }))
  .map(([first, steps]) => {
    let added = 0;
    return steps.map((step): Histogram => {
      added += step;
      return {
        ...first,
        count: added,
        positiveBuckets: first.positiveBuckets.map((_, i) => added * (i + 1)),
      };
    });
  });

/** Histograms of one series, with stale markers among them. */
export const arbitraryHistograms: fc.Arbitrary<Samples> = fc
  .tuple(
    fc.oneof(growing, fc.array(arbitraryHistogram, { minLength: 1, maxLength: 8 })),
    fc.array(fc.nat(30), { maxLength: 2 }),
  )
  .chain(([histograms, stale]) => {
    const all: (Histogram | null)[] = histograms.map((histogram, i) =>
      i > 0 && stale.includes(i) ? null : histogram,
    );
    return arbitraryTimes(all.length).map((times) => {
      const samples = new Samples(times, new Float64Array(all.length).fill(Number.NaN), all);
      all.forEach((histogram, i) => {
        if (histogram === null) markStale(samples.bits, i);
      });
      return samples;
    });
  });

export const arbitrarySamples = fc.oneof(
  { weight: 4, arbitrary: arbitraryFloats },
  { weight: 1, arbitrary: arbitraryHistograms },
);

function bitsOf(value: number): readonly [number, number] {
  const [low = 0, high = 0] = new Uint32Array(Float64Array.of(value).buffer);
  return [low, high];
}
