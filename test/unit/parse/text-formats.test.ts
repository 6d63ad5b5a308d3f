import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDocument } from "../../../workers/ingestion/parse/parse.ts";
import type { SupportedType } from "../../../workers/ingestion/parse/supported-type.ts";
import type { ParsedDocument } from "../../../workers/ingestion/parsed-document.ts";

async function parse(type: SupportedType, text: string): Promise<ParsedDocument> {
  return parseDocument(new TextEncoder().encode(text), type, { name: "test" });
}

function shown(document: ParsedDocument): string[] {
  return document.blocks.map((block) => {
    const mark = block.kind === "heading" ? `h${block.level}` : block.kind;
    return `${mark}: ${document.text.slice(block.start, block.end)}`;
  });
}

function expectWellFormed(document: ParsedDocument): void {
  let covered = 0;
  for (const block of document.blocks) {
    expect(block.start).toBeGreaterThanOrEqual(covered);
    expect(block.end).toBeGreaterThan(block.start);
    expect(document.text.slice(covered, block.start).trim()).toBe("");
    covered = block.end;
  }
  expect(document.text.slice(covered).trim()).toBe("");
  expect(document.pages).toEqual([{ page: 1, start: 0, end: document.text.length }]);
}

describe("plain text", () => {
  it("is stored as it is, paragraph by paragraph", async () => {
    const document = await parse("text/plain", "\nOne\ntwo  \n \n\nThree\n");
    expect(document.text).toBe("\nOne\ntwo  \n \n\nThree\n");
    expect(shown(document)).toEqual(["text: One\ntwo", "text: Three"]);
  });

  it("has to have some", async () => {
    await expect(parse("text/plain", " \n\t ")).rejects.toMatchObject({ code: "empty_document" });
    const long = parse("text/plain", "a".repeat(33 * 1024 * 1024));
    await expect(long).rejects.toMatchObject({ code: "text_too_large" });
  });
});

describe("Markdown", () => {
  it("is stored as it is; its structure lies over it", async () => {
    const source = [
      "---",
      'title: "The Handbook"',
      "---",
      "# Handbook #",
      "",
      "First line",
      "second line",
      "- item one",
      "  goes on",
      "- item two",
      "",
      "Setext",
      "------",
      "| a | b |",
      "|---|:-:|",
      "| 1 | 2 |",
      "",
      "```js",
      "# no heading",
      "",
      "x",
      "```",
      "### Last",
    ].join("\n");
    const document = await parse("text/markdown", source);
    expect(document.text).toBe(source);
    expect(document.title).toBe("The Handbook");
    expect(shown(document)).toEqual([
      "h1: # Handbook #",
      "text: First line\nsecond line",
      "text: - item one\n  goes on",
      "text: - item two",
      "h2: Setext\n------",
      "table: | a | b |\n|---|:-:|\n| 1 | 2 |",
      "text: ```js\n# no heading\n\nx\n```",
      "h3: ### Last",
    ]);
    const table = document.blocks.find((block) => block.kind === "table");
    expect(source.slice(table?.header?.start, table?.header?.end)).toBe("| a | b |\n|---|:-:|");
  });

  it("takes its first heading for a title when it states none", async () => {
    expect((await parse("text/markdown", "# Of *rivers*\n\ntext")).title).toBe("Of *rivers*");
    expect((await parse("text/markdown", "text only")).title).toBeNull();
  });

  it("covers all there is, whatever is written", async () => {
    const piece = fc.constantFrom(
      "# a",
      "b",
      "",
      "- c",
      "```",
      "~~~~",
      "| d | e |",
      "|---|---|",
      "---",
      "===",
      "    f",
      "***",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(piece, fc.string()), { minLength: 1 }), async (lines) => {
        const source = `x\n\n${lines.join("\n")}`;
        expectWellFormed(await parse("text/markdown", source));
      }),
    );
  });
});

describe("CSV and TSV", () => {
  it("become one table whose first row names the columns", async () => {
    const document = await parse("text/csv", 'name,note\nAnn,"likes, ""tea""\nand | pipes"\nBob\n');
    expect(document.text).toBe(
      '| name | note |\n| --- | --- |\n| Ann | likes, "tea" and \\| pipes |\n| Bob |  |',
    );
    expect(document.blocks).toHaveLength(1);
  });

  it("are told apart by their delimiter", async () => {
    expect((await parse("text/csv", "a;b\n1,5;2\n")).text).toContain("| 1,5 | 2 |");
    expect((await parse("text/tab-separated-values", "a\tb\n1,5\t2\n")).text).toContain("| 1,5 | 2 |");
  });

  it("name the row whose quote never closes", async () => {
    await expect(parse("text/csv", 'a,b\n1,"2\n3,4\n')).rejects.toMatchObject({
      code: "damaged_document",
      message: expect.stringMatching(/^Row 2 /),
    });
  });
});

describe("JSON", () => {
  it("becomes readable lines, a block a member", async () => {
    const document = await parse(
      "application/json",
      '{"title":"Plan","tags":["a","b"],"owner":{"name":"Ann","address":{"city":"Bern"}},"steps":[{"do":"x"},{"do":"y"}]}',
    );
    expect(document.title).toBe("Plan");
    expect(shown(document)).toEqual([
      "text: title: Plan",
      "text: tags: a, b",
      "text: owner:\n  name: Ann\n  address:\n    city: Bern",
      "text: steps:\n  -\n    do: x\n  -\n    do: y",
    ]);
  });

  it("becomes a block an element when it is a list, and a block a line in JSON Lines", async () => {
    expect(shown(await parse("application/json", '[{"a":1},{"a":2}]'))).toEqual(["text: a: 1", "text: a: 2"]);
    expect(shown(await parse("application/x-ndjson", '{"a":1}\n\n{"a":2}\n'))).toEqual([
      "text: a: 1",
      "text: a: 2",
    ]);
  });

  it.each([
    ['{\n  "a": 1,\n  "b": }\n', 3],
    ['{"a": 1\n"b": 2}', 2],
    ["[1,\n2", 2],
    ['{"a": 1}\n}', 2],
    ["[1,]", 1],
  ])("names the line at which %j breaks", async (text, line) => {
    await expect(parse("application/json", text)).rejects.toMatchObject({
      code: "damaged_document",
      message: `Line ${line} is not valid JSON.`,
    });
  });

  it("names the broken line of JSON Lines", async () => {
    await expect(parse("application/x-ndjson", '{"a":1}\n{"a":\n')).rejects.toMatchObject({
      message: "Line 2 is not valid JSON.",
    });
  });

  it("does not fall over nesting without end", async () => {
    const document = await parse("application/json", `${"[".repeat(100_000)}7${"]".repeat(100_000)}`);
    expect(document.text).toContain("[7]");
  });

  it("keeps every string and number of any JSON value", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
        const document = await parse("application/json", JSON.stringify({ kept: "yes", value }));
        const text = document.text.replace(/\s+/g, "");
        for (const leaf of leaves(value)) expect(text).toContain(leaf);
        expectWellFormed(document);
      }),
    );
  });
});

/** What must be found of a value: its scalars, without white space and what no reader sees. */
function leaves(value: unknown): string[] {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leaves);
  return [
    String(value)
      .toWellFormed()
      .replace(/[\s\p{Cc}\ufeff]+/gu, ""),
  ];
}
