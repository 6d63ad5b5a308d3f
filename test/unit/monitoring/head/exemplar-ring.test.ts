import { expect, it } from "vitest";
import { ExemplarRing } from "../../../../workers/monitoring/head/exemplar-ring.ts";
import { Labels } from "../../../../workers/monitoring/model/labels.ts";

const exemplar = (series: number, time: number) => ({ series, time, value: 1, labels: Labels.EMPTY });
const times = (ring: ExemplarRing) => [...ring].map(({ time }) => time);

it("keeps the newest, in the order in which they came", () => {
  const ring = new ExemplarRing();
  for (let time = 1; time <= 8; time++) ring.add(exemplar(time % 3, time), 5);
  expect(times(ring)).toEqual([4, 5, 6, 7, 8]);
});

it("takes none that a series has already, until it has given way", () => {
  const ring = new ExemplarRing();
  expect(ring.add(exemplar(1, 10), 2)).toBe(true);
  expect(ring.add(exemplar(1, 10), 2)).toBe(false);
  expect(ring.add(exemplar(1, 9), 2)).toBe(false);
  ring.add(exemplar(2, 1), 2);
  ring.add(exemplar(3, 1), 2);
  expect(ring.add(exemplar(1, 9), 2)).toBe(true);
});

it("forgets series that are gone", () => {
  const ring = new ExemplarRing();
  for (let time = 1; time <= 6; time++) ring.add(exemplar(time % 2, time), 4);
  ring.keep((series) => series === 1);
  expect(times(ring)).toEqual([3, 5]);
  ring.add(exemplar(0, 7), 4);
  expect(times(ring)).toEqual([3, 5, 7]);
});
