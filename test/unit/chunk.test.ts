import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Chunk, chunkDocument } from "../../workers/ingestion/chunk.ts";
import { countTokens } from "../../workers/ingestion/chunking/tokens.ts";
import { DocumentBuilder } from "../../workers/ingestion/parse/document-builder.ts";
import { parseMarkdown } from "../../workers/ingestion/parse/markdown.ts";
import type { ParsedDocument } from "../../workers/ingestion/parsed-document.ts";

const SMALL = { target: 30, max: 45, overlap: 12 };
/** Units are counted one by one, each rounded up: a heading and its text may count this much more than together. */
const ROUNDING = 12;

function bodies(document: ParsedDocument, chunks: Chunk[]): string[] {
  return chunks.map((chunk) => document.text.slice(chunk.start, chunk.end));
}

function chunkMarkdown(
  source: string,
  options = SMALL,
): { document: ParsedDocument; chunks: Chunk[]; texts: string[] } {
  const document = parseMarkdown(source);
  const chunks = chunkDocument(document, options);
  return { document, chunks, texts: bodies(document, chunks) };
}

function sentence(words: number, seed: string): string {
  return `${seed}${" word".repeat(words - 1)}.`;
}

describe("chunking", () => {
  it("keeps a document of up to the limit in one chunk", () => {
    const { chunks, texts } = chunkMarkdown("# Title\n\nOne sentence. Another.\n\n## Part\n\nA third.");
    expect(chunks).toHaveLength(1);
    expect(texts[0]).toBe("# Title\n\nOne sentence. Another.\n\n## Part\n\nA third.");
    const abstract = Array.from({ length: 15 }, (_, index) => sentence(20, `S${index}`)).join(" ");
    expect(chunkDocument(parseMarkdown(abstract))).toHaveLength(1);
  });

  it("starts a section's chunk with its heading and carries the path of headings", () => {
    const part = (name: string): string => `${sentence(20, name)} ${sentence(15, name)}`;
    const { chunks, texts } = chunkMarkdown(
      `# Book\n\n## One\n\n${part("A")}\n\n### Inner\n\n${part("B")}\n\n## Two\n\n${part("C")}`,
    );
    expect(chunks.map((chunk) => chunk.headings)).toEqual([["One"], ["One", "Inner"], ["Two"]]);
    expect(texts.map((text) => text.split("\n")[0])).toEqual(["# Book", "### Inner", "## Two"]);
  });

  it("joins small neighbouring sections under what they have in common", () => {
    const { chunks } = chunkMarkdown(
      `# Book\n\n## One\n\n### A\n\nShort one.\n\n### B\n\nShort two.\n\n## Two\n\n${sentence(40, "Long")}`,
    );
    expect(chunks.map((chunk) => chunk.headings)).toEqual([["One"], ["Two"]]);
  });

  it("cuts between sentences and repeats the last ones where the section goes on", () => {
    const all = Array.from({ length: 12 }, (_, index) => sentence(8, `S${index}`));
    const { texts } = chunkMarkdown(all.join(" "));
    expect(texts.length).toBeGreaterThan(2);
    for (const [index, text] of texts.entries()) {
      expect(text.startsWith("S")).toBe(true);
      expect(text.endsWith(".")).toBe(true);
      if (index > 0) expect(texts[index - 1]).toContain(text.slice(0, text.indexOf(".") + 1));
    }
  });

  it("splits tables between rows and gives later parts the caption and the header", () => {
    const builder = new DocumentBuilder();
    builder.paragraph(`${sentence(30, "Before")} ${sentence(30, "Still")}`);
    const caption = builder.paragraph("Table 1. Levels of the rivers");
    const rows = Array.from({ length: 20 }, (_, index) => [`Town ${index}`, `${index}00`]);
    builder.table({ header: ["Town", "Level"], rows, caption });
    builder.paragraph(sentence(30, "After"));
    const document = builder.finish(null);
    const chunks = chunkDocument(document, SMALL);
    const parts = chunks.filter((chunk) => /^\| Town \d/.test(document.text.slice(chunk.start, chunk.end)));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) {
      expect(part.context).toBe("Table 1. Levels of the rivers\n| Town | Level |\n| --- | --- |");
      expect(document.text.slice(part.start, part.end)).toMatch(/\|$/);
    }
    const first = chunks.find((chunk) => document.text.slice(chunk.start, chunk.end).includes("| --- |"));
    expect(document.text.slice(first?.start, first?.end)).toContain("Table 1.");
  });

  it("cuts a sentence only when it is longer than a chunk can be, between clauses if it can", () => {
    const clause = `clause${" word".repeat(9)}`;
    const { texts } = chunkMarkdown(`${Array(10).fill(clause).join(", ")}.`);
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) expect(text).toMatch(/^clause.*[,.]$/);
  });

  it("counts characters where there are no spaces between words", () => {
    expect(countTokens("北京是中国的首都。", 0, 9)).toBe(9);
    expect(countTokens("The cat sat on the mat", 0, 22)).toBe(6);
    const document = parseMarkdown("北京是中国的首都。".repeat(40));
    for (const text of bodies(document, chunkDocument(document, SMALL))) {
      expect(text.endsWith("。")).toBe(true);
      expect(countTokens(text, 0, text.length)).toBeLessThanOrEqual(SMALL.max);
    }
  });

  it("names the page on which a chunk starts, past empty pages", () => {
    const builder = new DocumentBuilder();
    for (const page of [1, 2, 3]) {
      builder.startPage(page);
      if (page !== 2) builder.paragraph(sentence(40, `Page${page}`));
    }
    expect(chunkDocument(builder.finish(null), SMALL).map((chunk) => chunk.page)).toEqual([1, 3]);
  });

  it("holds for any document: in order, covered, bounded, and the same again", () => {
    fc.assert(
      fc.property(anyDocument(), (document) => {
        const chunks = chunkDocument(document, SMALL);
        expect(chunkDocument(document, SMALL)).toEqual(chunks);
        expectInOrder(document, chunks);
        expectCovered(document, chunks);
        expectBounded(document, chunks);
        expectNoLoneHeadings(document, chunks);
      }),
      { numRuns: 150 },
    );
  });
});

function anyDocument(): fc.Arbitrary<ParsedDocument> {
  const words = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.array(fc.constantFrom("word", "Inc.", "The", "3.5", "ends.", "北京。", "x,"), {
        maxLength: 60,
      }),
    },
    { weight: 1, arbitrary: fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { maxLength: 10 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 900 }).map((length) => ["z".repeat(length)]) },
  );
  const text = words.map((list) => list.join(" ").replace(/[\n\r]/g, " "));
  const block = fc.oneof(
    { weight: 4, arbitrary: text.map((content) => ({ kind: "text" as const, content })) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("heading" as const),
        content: text,
        level: fc.integer({ min: 1, max: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("table" as const),
        rows: fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 12 }),
        named: fc.boolean(),
      }),
    },
  );
  return fc.array(block, { minLength: 1, maxLength: 14 }).map((blocks) => {
    const builder = new DocumentBuilder();
    builder.paragraph("start");
    for (const each of blocks) {
      if (each.kind === "text") builder.paragraph(each.content);
      else if (each.kind === "heading") builder.heading(each.level, each.content.slice(0, 80));
      else builder.table({ header: each.named ? ["a", "b"] : null, rows: each.rows, caption: null });
    }
    return builder.finish(null);
  });
}

function expectInOrder(document: ParsedDocument, chunks: Chunk[]): void {
  for (const [index, chunk] of chunks.entries()) {
    const before = chunks[index - 1];
    const body = document.text.slice(chunk.start, chunk.end);
    expect(chunk.ordinal).toBe(index);
    expect(body).not.toBe("");
    expect(body).toBe(body.trim());
    expect(chunk.end).toBeLessThanOrEqual(document.text.length);
    expect(chunk.start).toBeGreaterThan(before?.start ?? -1);
    expect(chunk.end).toBeGreaterThan(before?.end ?? -1);
  }
}

function expectCovered(document: ParsedDocument, chunks: Chunk[]): void {
  let covered = 0;
  for (const chunk of chunks) {
    expect(document.text.slice(covered, Math.max(covered, chunk.start)).trim()).toBe("");
    covered = chunk.end;
  }
  expect(document.text.slice(covered).trim()).toBe("");
}

function expectBounded(document: ParsedDocument, chunks: Chunk[]): void {
  for (const chunk of chunks) {
    const tokens = countTokens(document.text, chunk.start, chunk.end);
    expect(tokens).toBeLessThanOrEqual(SMALL.max * 1.1);
  }
}

/** A chunk ends in a heading only where nothing follows it but another section or the end. */
function expectNoLoneHeadings(document: ParsedDocument, chunks: Chunk[]): void {
  for (const heading of document.blocks.filter((block) => block.kind === "heading")) {
    const after = document.blocks[document.blocks.indexOf(heading) + 1];
    if (after === undefined || after.kind === "heading") continue;
    const holders = chunks.filter((chunk) => chunk.start <= heading.start && chunk.end >= heading.end);
    const isLong = countTokens(document.text, heading.start, after.end) > SMALL.max - ROUNDING;
    if (!isLong) expect(holders.some((chunk) => chunk.end > heading.end)).toBe(true);
  }
}
