import { describe, expect, test } from "vitest";
import { BatchBuilder } from "../../../../workers/monitoring/ingest/batch-builder.ts";
import { type KeyForm, PAIRS, WIRE_LABELS } from "../../../../workers/monitoring/ingest/key-form.ts";
import { PairBytes } from "../../../../workers/monitoring/ingest/pair-bytes.ts";
import { SeriesCache } from "../../../../workers/monitoring/ingest/series-cache.ts";
import { encodeLabels, hashBytes } from "../../../../workers/monitoring/model/label-codec.ts";
import { Labels } from "../../../../workers/monitoring/model/labels.ts";
import { NOW, seriesOf } from "./read-batch.ts";

const pairs = new PairBytes();

function add(builder: BatchBuilder, ...labels: string[]): number {
  pairs.clear();
  for (const part of labels) pairs.addText(part);
  return builder.seriesOf(pairs);
}

describe("SeriesCache", () => {
  test("gives every batch all its series, however small it is and whatever was forgotten", () => {
    const cache = new SeriesCache(4_000);
    for (let round = 0; round < 4; round++) {
      const builder = new BatchBuilder(cache, NOW);
      const numbers = Array.from({ length: 500 }, (_, at) => (at * ((round % 2) * 6 + 1)) % 500);
      for (const number of numbers) add(builder, "instance", `host-${number}`, "__name__", "up");
      const { batch } = builder.finish();
      expect(seriesOf(batch)).toEqual(
        numbers.map((number) => ({ __name__: "up", instance: `host-${number}` })),
      );
    }
  });

  test("gives the hash of the labels, not of what was sent", () => {
    const builder = new BatchBuilder(new SeriesCache(), NOW);
    add(builder, "zone", "eu", "empty", "", "__name__", "up");
    add(builder, "__name__", "up");
    const { batch } = builder.finish();
    const bytes = encodeLabels(Labels.of({ __name__: "up", zone: "eu" }));
    const hash = new Uint32Array(2);
    hashBytes(bytes, 0, bytes.length, hash, 0);
    expect(batch.labelBytes.subarray(0, batch.labelEnds[0])).toEqual(bytes);
    expect(batch.hashes.subarray(0, 2)).toEqual(hash);
  });

  test("remembers that a series is refused", () => {
    const cache = new SeriesCache(1_000);
    for (let round = 0; round < 3; round++) {
      const builder = new BatchBuilder(cache, NOW);
      for (let number = 0; number < 50; number++) {
        builder.addSample(add(builder, "a", `${number}`), number, NOW, 1);
        builder.addSample(add(builder, "a", `${number}`, "__name__", "up"), 50 + number, NOW, 1);
      }
      const { batch, refused } = builder.finish();
      expect(refused.map(({ reason }) => reason)).toEqual(new Array(50).fill("missing_metric_name"));
      expect(batch.times).toHaveLength(50);
    }
  });

  test("tells apart equal bytes of different forms", () => {
    const name = [...new TextEncoder().encode("__name__")];
    const bytes = Uint8Array.from([
      0x0a,
      105,
      0x0a,
      8,
      ...name,
      0x12,
      93,
      ...new Array<number>(93).fill(0x76),
    ]);
    const cache = new SeriesCache();
    const faultOf = (form: KeyForm) =>
      cache.faultOf(cache.resolve(form, bytes, new DataView(bytes.buffer), 0, bytes.length));
    for (let round = 0; round < 3; round++) {
      expect(faultOf(WIRE_LABELS)).toBeNull();
      expect(faultOf(PAIRS)).toBe("missing_metric_name");
    }
  });
});
