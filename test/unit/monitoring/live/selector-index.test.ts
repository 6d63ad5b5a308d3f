import fc from "fast-check";
import { expect, it } from "vitest";
import { type Entry, SelectorIndex, takes } from "../../../../workers/monitoring/live/selector-index.ts";
import { matcher } from "../../../../workers/monitoring/model/matcher.ts";

const SELECTORS = [
  [matcher("__name__", "=", "up")],
  [matcher("__name__", "=", "up"), matcher("job", "!=", "a")],
  [matcher("__name__", "=~", "u.*")],
  [matcher("job", "=", "a")],
  [matcher("__name__", "=", "down")],
  [],
];
const SERIES = ["up", "down", "other"].flatMap((name) =>
  ["a", "b"].map((job) => ["__name__", name, "job", job]),
);

it("selects as a comparison with each selector would, whatever comes and goes in between", () => {
  const action = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant("add"), which: fc.nat(SELECTORS.length - 1) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("remove"), which: fc.nat(400) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("select"), which: fc.nat(SERIES.length - 1) }) },
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 800, size: "max" }), (actions) => {
      const index = new SelectorIndex<number>();
      let live: Entry<number>[] = [];
      for (const [at, { do: what, which }] of actions.entries()) {
        if (what === "add") live.push(index.add(SELECTORS[which] ?? [], at));
        else if (what === "remove") {
          const gone = live[which % Math.max(1, live.length)];
          if (gone !== undefined) index.remove(gone);
          live = live.filter((entry) => entry !== gone);
        } else {
          const labels = SERIES[which] ?? [];
          const { targets } = index.select(String(which), () => labels);
          const expected = live.filter(({ matchers }) => takes(matchers, labels)).map(({ target }) => target);
          expect(new Set(targets)).toEqual(new Set(expected));
          expect(targets).toHaveLength(expected.length);
        }
      }
    }),
    { numRuns: 50 },
  );
});
