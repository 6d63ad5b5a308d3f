import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  layOut,
  pageAt,
  type Span,
  surroundings,
  type TextPage,
} from "../../../dashboard/src/text/stored-text.ts";

const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 60 }),
      fc.constantFrom("\n", "\n\n", "é ", "🜁", "x".repeat(3000)),
    ),
  )
  .map((parts) => parts.join(""));

interface Case {
  text: string;
  pages: TextPage[];
  mark: Span;
}

const cases: fc.Arbitrary<Case> = text.chain((value) =>
  fc
    .record({
      breaks: fc.uniqueArray(fc.nat(value.length), { maxLength: 4 }),
      mark: fc.tuple(fc.nat(value.length), fc.nat(value.length)),
    })
    .map(({ breaks, mark: [a, b] }) => {
      const starts = breaks.sort((left, right) => left - right);
      const pages = starts.map((start, index) => ({
        page: index + 1,
        start,
        end: starts[index + 1] ?? value.length,
      }));
      return { text: value, pages, mark: { start: Math.min(a, b), end: Math.max(a, b) } };
    }),
);

describe("layOut", () => {
  it("keeps every character, and marks exactly the span", () => {
    fc.assert(
      fc.property(cases, ({ text: value, pages, mark }) => {
        const segments = layOut(value, pages, { start: 0, end: value.length }, mark).flatMap(
          (block) => block.segments,
        );
        expect(segments.map((segment) => segment.text).join("")).toBe(value);
        const marked = segments.filter((segment) => segment.marked);
        expect(marked.map((segment) => segment.text).join("")).toBe(value.slice(mark.start, mark.end));
      }),
    );
  });

  it("shows the part that is asked for, with the mark inside it", () => {
    fc.assert(
      fc.property(cases, fc.nat(5000), ({ text: value, pages, mark }, margin) => {
        const shown = surroundings(value, mark, margin);
        expect(shown.start).toBeLessThanOrEqual(mark.start);
        expect(shown.end).toBeGreaterThanOrEqual(mark.end);
        const segments = layOut(value, pages, shown, mark).flatMap((block) => block.segments);
        expect(segments.map((segment) => segment.text).join("")).toBe(value.slice(shown.start, shown.end));
      }),
    );
  });

  it("opens each page once, at its start", () => {
    const value = "a".repeat(9000);
    const pages = [
      { page: 1, start: 0, end: 5000 },
      { page: 2, start: 5000, end: 9000 },
    ];
    const blocks = layOut(value, pages, { start: 0, end: value.length }, null);
    expect(blocks.filter((block) => block.opensPage).map(({ page, start }) => [page, start])).toEqual([
      [1, 0],
      [2, 5000],
    ]);
  });
});

describe("pageAt", () => {
  it("names the page that an offset stands on", () => {
    const pages = [
      { page: 3, start: 10, end: 20 },
      { page: 4, start: 22, end: 30 },
    ];
    expect([0, 10, 21, 22, 99].map((offset) => pageAt(pages, offset))).toEqual([3, 3, 3, 4, 4]);
    expect(pageAt([], 5)).toBeNull();
  });
});
