import fc from "fast-check";
import { expect, it } from "vitest";
import { splitAnswer } from "../../../dashboard/src/text/citation-marks.ts";

it("turns the marks of citations into parts, in place", () => {
  expect(splitAnswer("Twelve days [1], later more [2].", new Set([1, 2]))).toEqual([
    { kind: "text", text: "Twelve days " },
    { kind: "citation", index: 1 },
    { kind: "text", text: ", later more " },
    { kind: "citation", index: 2 },
    { kind: "text", text: "." },
  ]);
});

it("leaves brackets alone that cite nothing", () => {
  expect(splitAnswer("list[3] and [x]", new Set([1]))).toEqual([{ kind: "text", text: "list[3] and [x]" }]);
});

it("loses and adds no character", () => {
  const answer = fc
    .array(
      fc.oneof(
        fc.string(),
        fc.nat(12).map((index) => `[${index}]`),
      ),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(answer, fc.uniqueArray(fc.nat(12)), (text, cited) => {
      const parts = splitAnswer(text, new Set(cited));
      const joined = parts.map((part) => (part.kind === "text" ? part.text : `[${part.index}]`)).join("");
      expect(joined.replaceAll(/\[0+(?=\d)/g, "[")).toBe(text.replaceAll(/\[0+(?=\d)/g, "["));
    }),
  );
});
