import { expect } from "vitest";
import type { Samples } from "../../../../workers/monitoring/model/samples.ts";

/** Expects the same times, the same values bit by bit, and the same histograms. */
export function expectSameSamples(actual: Samples, expected: Samples): void {
  expect(actual.times).toEqual(expected.times);
  expect(actual.bits).toEqual(expected.bits);
  expect(actual.histograms).toEqual(expected.histograms);
}
