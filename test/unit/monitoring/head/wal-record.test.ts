import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type RecordReader,
  RecordWriter,
  readRecord,
} from "../../../../workers/monitoring/head/wal-record.ts";
import { Labels } from "../../../../workers/monitoring/model/labels.ts";

/** What was read, as plain values. */
function reading(records: readonly Uint8Array[]) {
  const found: unknown[] = [];
  const reader: RecordReader = {
    series: (series, labels, low, high) => found.push(["series", series, [...labels], low, high]),
    sample: (series, time, low, high, histogram) =>
      found.push(["sample", series, time, low, high, histogram]),
    exemplar: ({ labels, ...exemplar }) => found.push(["exemplar", labels.flat, exemplar]),
    metadata: (metadata) => found.push(["metadata", metadata]),
  };
  for (const record of records) readRecord(record, reader);
  return found;
}

const word = fc.integer({ min: 0, max: 0xffffffff });

it("reads back what was written, bit by bit", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.maxSafeInteger(), word, word)),
      fc.array(fc.tuple(word, word, fc.uint8Array())),
      (samples, series) => {
        const writer = new RecordWriter();
        for (const [place, [low, high, labels]] of series.entries()) writer.series(place, labels, low, high);
        const bits = Uint32Array.from(samples.flatMap(([, , low, high]) => [low, high]));
        // Without the zero below zero, which no time is.
        const times = samples.map(([, time]) => Math.trunc(time / 4) + 0);
        writer.samples({
          series: Uint32Array.from(samples, ([number]) => number),
          times: Float64Array.from(times),
          bits,
          places: Uint32Array.from(samples.keys()),
        });
        expect(reading(writer.take())).toEqual([
          ...series.map(([low, high, labels], place) => ["series", place, [...labels], low, high]),
          ...samples.map(([number, , low, high], i) => ["sample", number, times[i], low, high, null]),
        ]);
      },
    ),
  );
});

it("keeps every record below a megabyte, with the longest samples there are", () => {
  const count = 100_000;
  const writer = new RecordWriter();
  const series = Uint32Array.from({ length: count }, (_, i) => (i % 2) * 0x7fffffff);
  const times = Float64Array.from({ length: count }, (_, i) => (i % 2) * 2 ** 51);
  const bits = new Uint32Array(count * 2).fill(0xffffffff);
  writer.samples({ series, times, bits, places: Uint32Array.from({ length: count }, (_, i) => i) });
  const records = writer.take();
  expect(records.length).toBeGreaterThan(1);
  for (const record of records) expect(record.length).toBeLessThan(1_000_000);
  expect(reading(records)).toHaveLength(count);
  expect(writer.take()).toEqual([]);
});

it("keeps exemplars and metadata", () => {
  const writer = new RecordWriter();
  const exemplar = { series: 3, value: Number.NEGATIVE_INFINITY, time: 1_700_000_000_000 };
  const metadata = { metric: "größe", type: "gauge", help: "🙂\n", unit: "bytes" } as const;
  writer.exemplar({ ...exemplar, labels: Labels.of({ trace_id: "a" }) });
  writer.metadata(metadata);
  expect(reading(writer.take())).toEqual([
    ["exemplar", ["trace_id", "a"], exemplar],
    ["metadata", metadata],
  ]);
});

it("refuses records of another version, and sections that it does not know", () => {
  expect(() => reading([Uint8Array.of(9, 1)])).toThrow(RangeError);
  expect(() => reading([Uint8Array.of(1, 99)])).toThrow(RangeError);
});
