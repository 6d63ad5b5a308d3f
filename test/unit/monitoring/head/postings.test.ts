import fc from "fast-check";
import { expect, it } from "vitest";
import { Postings } from "../../../../workers/monitoring/head/postings.ts";
import { SeriesTable } from "../../../../workers/monitoring/head/series-table.ts";
import { encodeLabels, hashBytes } from "../../../../workers/monitoring/model/label-codec.ts";
import { Labels } from "../../../../workers/monitoring/model/labels.ts";
import { matcher } from "../../../../workers/monitoring/model/matcher.ts";

const value = fc.constantFrom("", "a", "b", "ab");
const labels = fc
  .record({ __name__: fc.constantFrom("up", "down"), x: value, y: value })
  .map((record) => Labels.of(record));
const someMatcher = fc
  .tuple(
    fc.constantFrom("__name__", "x", "y", "z"),
    fc.constantFrom("=", "!=", "=~", "!~"),
    fc.constantFrom("", "a", "b", "a|b", ".*", ".+", "a.*", "up", "(?:|b)"),
  )
  .map(([name, operator, pattern]) => matcher(name, operator, pattern));

function add(table: SeriesTable, series: Labels): number {
  const bytes = encodeLabels(series);
  const hash = new Uint32Array(2);
  hashBytes(bytes, 0, bytes.length, hash, 0);
  const [low = 0, high = 0] = hash;
  const known = table.find(bytes, 0, bytes.length, low, high);
  return known >= 0 ? known : table.add(bytes, 0, bytes.length, low, high);
}

it("selects what a look at every series would, as series come and go", () => {
  fc.assert(
    fc.property(
      fc.array(labels, { maxLength: 20 }),
      fc.array(labels, { maxLength: 20 }),
      fc.array(someMatcher, { maxLength: 3 }),
      fc.integer({ min: 1, max: 4 }),
      (first, second, matchers, gone) => {
        let table = new SeriesTable();
        const postings = new Postings(table);
        const numbers = new Map<number, Labels>();
        const check = () => {
          const expected = [...numbers].filter(([, series]) =>
            matchers.every(({ name, matches }) => matches(series.get(name))),
          );
          const selected = postings.select(matchers);
          expect([...selected]).toEqual(expected.map(([number]) => number));
          const names = new Set(expected.flatMap(([, series]) => [...series].map(([name]) => name)));
          expect(postings.labelNames(selected)).toEqual([...names].sort());
          const values = new Set(
            expected.map(([, series]) => series.get("x")).filter((found) => found !== ""),
          );
          expect(postings.labelValues("x", selected)).toEqual([...values].sort());
        };
        for (const series of first) numbers.set(add(table, series), series);
        check();
        table = table.without((series) => series % gone === 0);
        postings.reset(table);
        for (const number of [...numbers.keys()]) if (number % gone === 0) numbers.delete(number);
        check();
        for (const series of second) numbers.set(add(table, series), series);
        check();
      },
    ),
  );
});
