import { expect, it } from "vitest";
import type { Block } from "../../durable-objects/metric-shard/block-store.ts";
import { sealedWeights } from "../../durable-objects/metric-shard/page-weights.ts";

const blob = (firstSeries: number, lastSeries: number, bytes: number, chunks: number) => ({
  blob: 0,
  directoryBytes: 0,
  firstSeries,
  lastSeries,
  bytes,
  chunks,
  start: 0,
  end: 999,
});

const block = (...blobs: ReturnType<typeof blob>[]) => ({ blobs }) as unknown as Block;

it("weighs series by the blobs that they are in, as far as a range overlaps them", () => {
  const blocks = [block(blob(1, 1, 6000, 20), blob(2, 5, 400, 4)), block(blob(1, 5, 50, 5))];
  const series = Uint32Array.of(1, 3, 4, 9);
  expect([...sealedWeights(series, blocks, { start: 0, end: 5000 })]).toEqual([6010, 110, 110, 0]);
  expect([...sealedWeights(series, blocks, { start: 500, end: 999 })]).toEqual([3005, 55, 55, 0]);
  expect([...sealedWeights(series, blocks, { start: 1000, end: 5000 })]).toEqual([0, 0, 0, 0]);
});

it("takes a blob for no more than it holds, where most of the series are not in it", () => {
  const series = Uint32Array.from({ length: 1000 }, (_, i) => i);
  const weights = sealedWeights(series, [block(blob(0, 999, 5000, 10))], { start: 0, end: 999 });
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(5000);
});
