import { expect, it } from "vitest";
import { SeriesTable } from "../../../../workers/monitoring/head/series-table.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

it("tells series with one hash apart by their labels", () => {
  const table = new SeriesTable();
  const names = Array.from({ length: 50 }, (_, i) => bytesOf(`series ${i}`));
  const numbers = names.map((name) => table.add(name, 0, name.length, 7, 9));
  expect(new Set(numbers).size).toBe(50);
  expect(names.map((name) => table.find(name, 0, name.length, 7, 9))).toEqual(numbers);
  const other = bytesOf("series x");
  expect(table.find(other, 0, other.length, 7, 9)).toBe(-1);
});

it("finds thousands of series, long ones too, and those that are left when some go", () => {
  const table = new SeriesTable();
  const names = Array.from({ length: 5_000 }, (_, i) => bytesOf(`${i} `.repeat(i % 500 === 0 ? 80_000 : 9)));
  const hash = (i: number): [number, number] => [Math.imul(i, 0x9e3779b1) >>> 0, i];
  for (const [i, name] of names.entries()) table.add(name, 0, name.length, ...hash(i));
  const left = table.without((series) => series % 3 === 0);
  for (const [i, name] of names.entries()) {
    expect(table.find(name, 0, name.length, ...hash(i))).toBe(i);
    expect(left.find(name, 0, name.length, ...hash(i))).toBe(i % 3 === 0 ? -1 : i);
  }
  expect(left.size).toBe(3333);
  expect(left.end).toBe(5_000);
  expect(left.labels(1)).toEqual(names[1]);
});
