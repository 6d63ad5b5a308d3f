import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SeriesCache } from "../../../../workers/monitoring/ingest/series-cache.ts";
import { labelPairs } from "./arbitraries.ts";
import { NOW, samplesOf, seriesOf } from "./read-batch.ts";
import { STALE, seriesReader, versions } from "./remote-write-reader.ts";

const sentSeries = fc.record({
  labels: labelPairs.map((pairs) => pairs.flat()),
  samples: fc.array(fc.record({ value: fc.double(), time: fc.integer({ min: -(2 ** 52), max: NOW }) }), {
    maxLength: 4,
  }),
});

describe.each(versions)("remote write $name", (version) => {
  const { read, one } = seriesReader(version);
  const reasons = (labels: string[]) => one(labels).refused.map(({ reason }) => reason);

  test("decodes what was encoded, the first time and from the cache", () => {
    const cache = new SeriesCache();
    fc.assert(
      fc.property(fc.array(sentSeries, { maxLength: 5 }), (series) => {
        const expected = series.flatMap(({ labels, samples }) => {
          const pairs = labels.flatMap((name, at) => (at % 2 === 0 ? [[name, labels[at + 1] ?? ""]] : []));
          const kept = Object.fromEntries(pairs.filter(([, value]) => value !== ""));
          return samples.map(({ time, value }) => ({ labels: kept, time, value }));
        });
        for (let time = 0; time < 2; time++) {
          const request = read(series, cache);
          expect(samplesOf(request.batch)).toEqual(expected);
          expect(request.refused).toEqual([]);
        }
      }),
    );
  });

  test("gives series of one set of labels one number, whatever the order they are sent in", () => {
    const { batch } = read([
      { labels: ["__name__", "up", "job", "a"], samples: [{ value: 1, time: NOW }] },
      { labels: ["job", "b", "__name__", "up"], samples: [{ value: 2, time: NOW }] },
      { labels: ["__name__", "up", "job", "a"], samples: [{ value: 3, time: NOW + 1 }] },
    ]);
    expect(seriesOf(batch)).toEqual([
      { __name__: "up", job: "a" },
      { __name__: "up", job: "b" },
    ]);
    expect([...batch.series]).toEqual([0, 1, 0]);
  });

  test("keeps the bits of stale markers, and infinities and other NaNs", () => {
    const samples = [STALE, Number.NaN, Infinity, -Infinity, -0].map((value, at) => ({
      value,
      time: NOW + at,
    }));
    const { batch } = one(["__name__", "up"], { samples });
    expect(samplesOf(batch).map(({ value }) => value)).toEqual([
      "stale",
      Number.NaN,
      Infinity,
      -Infinity,
      -0,
    ]);
  });

  test("refuses series that do not fit the data model, and takes the others", () => {
    expect(reasons(["job", "api"])).toEqual(["missing_metric_name"]);
    expect(reasons(["__name__", ""])).toEqual(["missing_metric_name"]);
    expect(reasons(["__name__", "up", "", "x"])).toEqual(["invalid_label_name"]);
    expect(reasons(["b", "1", "__name__", "up", "b", "2"])).toEqual(["duplicate_label"]);
    expect(reasons(["__name__", "up", "a", "x".repeat(4097)])).toEqual(["label_too_long"]);
    expect(reasons(["__name__", "up", "a".repeat(1025), "x"])).toEqual(["label_too_long"]);
    const many = Array.from({ length: 64 }, (_, at) => [`l${at}`, "x"]).flat();
    expect(reasons(["__name__", "up", ...many])).toEqual(["too_many_labels"]);
    expect(reasons(["__name__", "up", ...many.slice(2)])).toEqual([]);
    const mixed = read([
      {
        labels: ["job", "api"],
        samples: [
          { value: 1, time: NOW },
          { value: 2, time: NOW + 1 },
        ],
      },
      { labels: ["__name__", "up"], samples: [{ value: 3, time: NOW }] },
    ]);
    expect(mixed.refused.map(({ item }) => item)).toEqual([0, 1]);
    expect([...mixed.items]).toEqual([2]);
    expect(mixed.refused[0]?.detail).toBe('the series has no metric name: {job="api"}');
  });

  test("refuses times too far ahead or out of range", () => {
    const samples = [NOW + 600_000, NOW + 600_001, 2 ** 60, -(2 ** 60)].map((time) => ({ value: 1, time }));
    const series = { labels: ["__name__", "up"], samples: samples.slice(0, 2) };
    expect(read([series]).refused).toMatchObject([{ item: 1, reason: "too_far_in_future" }]);
    expect(samplesOf(read([series]).batch)).toHaveLength(1);
  });

  test("takes exemplars, but not such as OpenMetrics calls too long", () => {
    const { batch } = one(["__name__", "up"], {
      exemplars: [
        { labels: ["trace_id", "abc"], value: 0.7, time: NOW },
        { labels: ["trace_id", "x".repeat(121)], value: 0.7, time: NOW },
      ],
    });
    expect(batch.exemplars).toHaveLength(1);
    expect(batch.exemplars[0]?.series).toBe(0);
    expect(batch.exemplars[0]?.exemplar).toMatchObject({ value: 0.7, time: NOW });
    expect(batch.exemplars[0]?.exemplar.labels.toObject()).toEqual({ trace_id: "abc" });
  });
});
