import fc from "fast-check";
import { expect, it } from "vitest";
import { extractAnswer } from "../../../workers/rag/answer/extractive-model.ts";
import { verifyCitations } from "../../../workers/rag/cite/verify-citations.ts";
import { foundPassage, requestOver } from "./found-passage.ts";

const FRAGMENT = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "The revenue of 2023 was 41 million. ",
    "| a | b |\n|---|---|\n| revenue | 2023 |\n",
    "||||\n|\n| \\| |",
    "[1](javascript:alert(1)) ![x](http://x) <img src=x onerror=1>",
    "# revenue 2023\n",
    "收入在2023年达到四千万元。",
    "revenue ".repeat(300),
    "2023年收入".repeat(400),
    "🦜".repeat(500),
    " \n\t ",
    "key: revenue\n",
  ),
);
const TEXT = fc.array(FRAGMENT, { maxLength: 6 }).map((parts) => parts.join(""));
const QUESTION = fc.oneof(
  fc.constantFrom(
    "What was the revenue in 2023?",
    "2023年收入是多少？",
    "Wie hoch war der Umsatz?",
    "???",
    "",
  ),
  fc.string({ unit: "grapheme" }),
);

it("cites to the letter whatever the passages and the question are", () => {
  fc.assert(
    fc.property(QUESTION, fc.array(TEXT, { maxLength: 4 }), fc.nat(5000), (question, texts, start) => {
      const passages = texts.map((text, at) =>
        foundPassage(text, {
          start: start + at,
          documentId: `d${at}`,
          score: 1 / (at + 1),
          context: texts[0] ?? "",
        }),
      );
      const pieces = extractAnswer(requestOver(question, passages, 1));
      const claims = pieces.flatMap((piece) => (piece.kind === "citation" ? [piece.citation] : []));
      expect(verifyCitations(claims, passages).dropped).toBe(0);
      expect(claims.length).toBeLessThanOrEqual(3);
      expect(claims.every(({ quote }) => quote.length <= 700)).toBe(true);
      expect(claims.length > 0 || pieces.every(({ kind }) => kind === "declined")).toBe(true);
    }),
    { numRuns: 200 },
  );
});
