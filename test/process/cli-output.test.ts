import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainText } from "../../cli/plain-text.ts";
import { formatTable } from "../../cli/table.ts";
import { formatAnswer, formatFailure } from "../../cli/terminal.ts";
import type { Answer } from "../../workers/contract/queries.ts";

/** Clears the screen, sets the title, links elsewhere, asks the terminal to answer, goes back to the line's start. */
const HOSTILE = [
  "\u001B[2J\u001B[H",
  "\u001B]0;owned\u0007",
  "\u001B]8;;https://forger.example\u001B\\",
  "\u001B[6n",
  "\u009B31m",
  "\u001BP$q\u001B\\",
  "\r",
  "\b\b\b",
  "\u0000",
  "\u202E",
].join("x");
const CONTROL = /(?![\n\t])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u;

const NAME = `a${HOSTILE}\nQ  forged`;
const place = { document_id: "doc_1", document_name: NAME, version: 1, page: 1, start: 0, end: 1 };
const answer: Answer = {
  id: "qry_1",
  answered: false,
  answer: `First.${HOSTILE}\nSecond.`,
  citations: [{ ...place, index: 1, quote: `quote${HOSTILE}` }],
  passages: [{ ...place, chunk_id: "chk_1", title: NAME, headings: [], context: "", text: "t", score: 1 }],
  timings: {},
  degraded: [],
};

describe("texts of others on the terminal", () => {
  it("move, colour and answer nothing, whatever they are", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: "binary" }),
            fc.constantFrom("\u001B", "\u009B", "[", "]", "m", "\u0007"),
          ),
        ),
        (parts) => {
          const plain = plainText(parts.join(""));
          expect(plain).not.toMatch(CONTROL);
          expect(plainText(plain)).toBe(plain);
        },
      ),
    );
  });

  it("stay as they are where they are but text", () => {
    const text = "Größe\t12 %\nनमस्ते 👩‍👩‍👧 “quoted” [1]";
    expect(plainText(text)).toBe(text);
  });

  it("in answers, names, reasons and tables are text and lines of their own", () => {
    const shown = formatAnswer(`Why?${HOSTILE}\nA  forged`, answer);
    const failure = formatFailure({ name: `a${HOSTILE}\nfailed: b`, reason: `why${HOSTILE}\n3 ready` });
    const table = formatTable(["NAME"], [[`a${HOSTILE}\nadmin`]]);
    for (const text of [shown, failure, table]) expect(text).not.toMatch(CONTROL);
    expect(shown.match(/^[QA] {2}/gm)).toEqual(["Q  ", "A  "]);
    expect(shown).toMatch(/\nSecond\.$/m);
    expect(failure.split("\n")).toHaveLength(1);
    expect(table.split("\n")).toHaveLength(2);
  });
});
