import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sentences } from "../../../workers/text/sentences.ts";

function split(text: string): string[] {
  return sentences(text, 0, text.length).map((span) => text.slice(span.start, span.end));
}

describe("sentences", () => {
  it.each([
    ["Acme Inc. grew. It paid $3.5 million.", ["Acme Inc. grew.", "It paid $3.5 million."]],
    ["The U.S. Government paid. See No. 5 below.", ["The U.S. Government paid.", "See No. 5 below."]],
    ["We sell in the U.S. The rest is exported.", ["We sell in the U.S.", "The rest is exported."]],
    ["Mr. J. R. Smith met Dr. Wu. They spoke.", ["Mr. J. R. Smith met Dr. Wu.", "They spoke."]],
    ["See e.g. Fig. 3 and Smith et al. 2019. Done!", ["See e.g. Fig. 3 and Smith et al. 2019.", "Done!"]],
    ["It rose at 5 p.m. We left.", ["It rose at 5 p.m.", "We left."]],
    ["“Why?” he asked. “Because.” She left.", ["“Why?” he asked.", "“Because.”", "She left."]],
    ["It works.[12] So does this.", ["It works.[12]", "So does this."]],
    [
      "Item 7. Management’s Discussion follows. Read it.",
      ["Item 7. Management’s Discussion follows.", "Read it."],
    ],
    ["Read Note 5. The rest is plain.", ["Read Note 5.", "The rest is plain."]],
    ["Am 3. Oktober war es kalt. Es schneite.", ["Am 3. Oktober war es kalt.", "Es schneite."]],
    ["Wait... what? Well... Yes.", ["Wait... what?", "Well...", "Yes."]],
    ["他来了。你呢？“好！”我说。", ["他来了。", "你呢？", "“好！”", "我说。"]],
    ["यह घर है। वह बड़ा है।", ["यह घर है।", "वह बड़ा है।"]],
    ["هل هذا صحيح؟ نعم.", ["هل هذا صحيح؟", "نعم."]],
    ["One line\nand its rest.\n\nA new paragraph", ["One line\nand its rest.", "A new paragraph"]],
    ["Buy:\n- milk\n- eggs\n1. Go", ["Buy:", "- milk", "- eggs", "1. Go"]],
    ["| a | b |\n|---|---|\n| 1. | 2 |", ["| a | b |", "|---|---|", "| 1. | 2 |"]],
    ["name: Ann\nage: 5", ["name: Ann", "age: 5"]],
  ])("splits %j", (text, expected) => {
    expect(split(text)).toEqual(expected);
  });

  it("looks only between the offsets and answers in the text's own", () => {
    const text = "Zero. One. Two. Three.";
    const spans = sentences(text, 6, 15);
    expect(spans.map((span) => text.slice(span.start, span.end))).toEqual(["One.", "Two."]);
  });

  it("covers every character that is not white space, in order, without overlap", () => {
    const piece = fc.constantFrom(
      "Inc.",
      "U.S.",
      "he",
      "The",
      "5",
      "3.5",
      "。",
      "好",
      "\n",
      "\n\n",
      " ",
      "|",
      "?",
      "“",
      "”",
      "- ",
      "…",
      "\u00a0",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: "binary" }))), (pieces) => {
        const text = pieces.join(" ");
        let covered = 0;
        for (const span of sentences(text, 0, text.length)) {
          expect(span.start).toBeGreaterThanOrEqual(covered);
          expect(span.end).toBeGreaterThan(span.start);
          expect(text.slice(covered, span.start).trim()).toBe("");
          expect(text.slice(span.start, span.end).trim()).toBe(text.slice(span.start, span.end));
          covered = span.end;
        }
        expect(text.slice(covered).trim()).toBe("");
      }),
    );
  });
});
