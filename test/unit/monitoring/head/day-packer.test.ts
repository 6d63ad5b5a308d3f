import { expect, it } from "vitest";
import { BlobReader } from "../../../../workers/monitoring/chunks/blob-reader.ts";
import { decodeChunk } from "../../../../workers/monitoring/chunks/chunk.ts";
import { DayPacker } from "../../../../workers/monitoring/head/day-packer.ts";
import { mergeSamples } from "../../../../workers/monitoring/head/order-samples.ts";
import { EMPTY_HISTOGRAM } from "../../../../workers/monitoring/model/histogram.ts";
import { Samples } from "../../../../workers/monitoring/model/samples.ts";

it("packs histograms of thousands of buckets, a few a chunk", () => {
  const count = 60;
  const buckets = 3_000;
  const samples = new Samples(
    Float64Array.from({ length: count }, (_, i) => i * 15_000),
    new Float64Array(count).fill(Number.NaN),
    Array.from({ length: count }, (_, i) => ({
      ...EMPTY_HISTOGRAM,
      schema: 8,
      count: buckets,
      positiveSpans: [{ offset: 0, length: buckets }],
      positiveBuckets: Array.from(
        { length: buckets },
        (_, bucket) => ((bucket * 7919 + i * 104_729) % 999_983) + 1,
      ),
    })),
  );
  const packer = new DayPacker();
  packer.addSamples(1, samples);
  const chunks = packer.finish().flatMap(({ bytes }) => [...new BlobReader(bytes).chunks()]);
  const read = mergeSamples(chunks.map(({ bytes }) => decodeChunk(bytes)));
  expect(read.times).toEqual(samples.times);
  expect(read.histograms).toEqual(samples.histograms);
});
