import { describe, expect, it } from "vitest";
import { verifyCitation, verifyCitations } from "../../../workers/rag/cite/verify-citations.ts";
import { foundPassage } from "./found-passage.ts";

const TEXT = "First page ends here. Second page starts here.";
const PASSAGE = foundPassage(TEXT, {
  start: 500,
  page: 7,
  pages: [
    { page: 7, start: 500 },
    { page: 8, start: 522 },
  ],
});
const CLAIM = { passage: 0, start: 522, end: 546, quote: "Second page starts here." };

describe("verifyCitation", () => {
  it("gives a span that holds the page it stands on, not the chunk's first", () => {
    expect(verifyCitation(CLAIM, [PASSAGE])).toEqual({
      documentId: "doc",
      documentName: "report.txt",
      version: 1,
      page: 8,
      start: 522,
      end: 546,
      quote: "Second page starts here.",
    });
  });

  it.each([
    ["another passage", { passage: 1 }],
    ["words that are not there", { quote: "Second page starts HERE." }],
    ["another place", { start: 521, end: 545 }],
    ["a place before the passage", { start: 490 }],
    ["a place behind the passage", { end: 547 }],
    ["nothing", { start: 530, end: 530, quote: "" }],
    ["half a character", { start: 522.5 }],
  ])("refuses %s", (_, change) => {
    expect(verifyCitation({ ...CLAIM, ...change }, [PASSAGE])).toBeNull();
  });

  it("refuses a passage whose text is not the one indexed", () => {
    const altered = { ...PASSAGE, text: TEXT.replace("First", "Worst") };
    expect(verifyCitation(CLAIM, [altered])).toBeNull();
  });
});

it("counts what it drops", () => {
  const { verified, dropped } = verifyCitations([CLAIM, { ...CLAIM, quote: "invented" }], [PASSAGE]);
  expect(verified).toHaveLength(1);
  expect(dropped).toBe(1);
});
