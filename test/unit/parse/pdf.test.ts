import { describe, expect, it } from "vitest";
import { parseDocument } from "../../../workers/ingestion/parse/parse.ts";
import { assemblePdf } from "../../../workers/ingestion/parse/pdf/assemble.ts";
import { readPdfPages } from "../../../workers/ingestion/parse/pdf/read-pages.ts";
import type { ParsedDocument } from "../../../workers/ingestion/parsed-document.ts";
import encryptedForOwner from "../../fixtures/documents/encrypted-owner.pdf?inline";
import encryptedForUser from "../../fixtures/documents/encrypted-user.pdf?inline";
import { type PlacedText, writePdf } from "./write-pdf.ts";

async function parse(bytes: Uint8Array): Promise<ParsedDocument> {
  return parseDocument(bytes, "application/pdf", { name: "test.pdf" });
}

function bytesOf(dataUrl: string): Uint8Array {
  return Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
}

function blocksOf(document: ParsedDocument, kind: string): string[] {
  return document.blocks
    .filter((block) => block.kind === kind)
    .map((block) => document.text.slice(block.start, block.end));
}

function column(lines: string[], x: number, top: number): PlacedText[] {
  return lines.map((text, index) => ({ text, x, y: top - index * 12 }));
}

const LEFT = [
  "The first column tells of a river that",
  "rises in the hills and runs to the sea",
  "through seven towns, each of which has",
  "a bridge that was built by the people",
  "who lived there when the water was so",
  "high that nobody could cross it at all.",
];
const RIGHT = [
  "The second column speaks of the towns",
  "themselves, of their markets and their",
  "mills, and of the boats that carried the",
  "flour from one to the next until at last",
  "the railway came and the boats were left",
  "to rot upon the banks where they lay.",
];

describe("PDF", () => {
  it("joins lines into paragraphs and keeps headings apart", async () => {
    const document = await parse(
      writePdf([
        {
          texts: [
            { text: "Of rivers", x: 72, y: 700, size: 18, bold: true },
            ...column(LEFT, 72, 670),
            ...column(RIGHT, 72, 580),
          ],
        },
      ]),
    );
    expect(blocksOf(document, "heading")).toEqual(["Of rivers"]);
    expect(blocksOf(document, "text")).toEqual([LEFT.join(" "), RIGHT.join(" ")]);
    expect(document.title).toBe("Of rivers");
  });

  it("reads two columns one after the other, under a heading that spans both", async () => {
    const heading = {
      text: "A heading over both of the columns of the page",
      x: 130,
      y: 720,
      size: 16,
      bold: true,
    };
    const document = await parse(
      writePdf([{ texts: [heading, ...column(LEFT, 60, 690), ...column(RIGHT, 320, 690)] }]),
    );
    expect(document.text).toBe(`${heading.text}\n\n${LEFT.join(" ")}\n\n${RIGHT.join(" ")}`);
  });

  it("rebuilds a table: currency signs and brackets join their figures, the header's lines become one", async () => {
    const row = (y: number, label: string, ...cells: [text: string, right: number][]): PlacedText[] => [
      { text: label, x: 72, y },
      ...cells.map(([text, right]) => ({ text, x: right - text.length * 5, y })),
    ];
    const document = await parse(
      writePdf([
        {
          texts: [
            { text: "Selected results (in millions)", x: 72, y: 730, bold: true },
            { text: "Year ended December 31,", x: 377, y: 712, size: 9 },
            ...row(700, "", ["2017", 400], ["2018", 480]).slice(1),
            ...row(686, "Net sales", ["$", 365], ["1,234", 400], ["$", 445], ["5,678", 480]),
            ...row(672, "Impairment of goodwill and of other"),
            ...row(661, "intangible assets", ["(12", 400], [")", 405], ["-", 480]),
            ...row(647, "Growth", ["3.5", 390], ["%", 404], ["4.1", 470], ["%", 484]),
            ...row(633, "Net income", ["$", 365], ["99", 400], ["$", 445], ["101", 480]),
          ],
        },
      ]),
    );
    expect(blocksOf(document, "table")).toEqual([
      [
        "|  | Year ended December 31, 2017 | Year ended December 31, 2018 |",
        "| --- | --- | --- |",
        "| Net sales | $1,234 | $5,678 |",
        "| Impairment of goodwill and of other intangible assets | (12) | - |",
        "| Growth | 3.5% | 4.1% |",
        "| Net income | $99 | $101 |",
      ].join("\n"),
    ]);
    const table = document.blocks.find((block) => block.kind === "table");
    expect(document.text.slice(table?.caption?.start, table?.caption?.end)).toBe(
      "Selected results (in millions)",
    );
    expect(document.text.slice(table?.header?.start, table?.header?.end)).toContain("| --- |");
  });

  it("leaves out running headers, footers and page numbers, and counts pages from 1, empty ones too", async () => {
    const page = (number: number, body: string[]): PlacedText[] => [
      { text: "Annual report of the river board", x: 72, y: 760, size: 8 },
      ...column(body, 72, 700),
      { text: String(number), x: 300, y: 40 },
    ];
    const document = await parse(
      writePdf([
        { texts: page(7, LEFT) },
        { operators: "0 0 10 10 re f\n" },
        { texts: page(9, RIGHT) },
        { texts: page(10, LEFT.slice(0, 2)) },
        { texts: page(11, RIGHT.slice(0, 2)) },
      ]),
    );
    expect(document.text).not.toContain("river board");
    expect(document.text).not.toMatch(/\b(7|9|10|11)\b/);
    expect(document.pages.map((span) => span.page)).toEqual([1, 2, 3, 4, 5]);
    expect(document.pages[0]?.start).toBe(0);
    expect(document.pages.at(-1)?.end).toBe(document.text.length);
    for (const [index, span] of document.pages.entries()) {
      expect(span.end).toBe(document.pages[index + 1]?.start ?? document.text.length);
    }
    const third = document.pages[2];
    expect(document.text.slice(third?.start, third?.end)).toContain(RIGHT[0]);
  });

  it("turns a rotated page the right way round", async () => {
    const document = await parse(writePdf([{ texts: column(LEFT, 72, 700), rotate: 90 }]));
    expect(document.text).toBe(LEFT.join(" "));
  });

  it("takes out a hyphen at a line's end only when the word stands whole elsewhere", async () => {
    const lines = [
      "The settlement was long. A settle-",
      "ment of this kind is well-",
      "known to all who have read of it.",
    ];
    const document = await parse(writePdf([{ texts: column(lines, 72, 700) }]));
    expect(document.text).toBe(
      "The settlement was long. A settlement of this kind is well-known to all who have read of it.",
    );
  });

  it("gives the same document from slices as in one go", async () => {
    const file = (): Uint8Array =>
      writePdf([LEFT, RIGHT, LEFT, RIGHT].map((lines) => ({ texts: column(lines, 72, 700) })));
    const slices = [await readPdfPages(file(), 1, 3), await readPdfPages(file(), 4, 3)];
    expect(slices.map((slice) => [slice.pageCount, slice.pages.length])).toEqual([
      [4, 3],
      [4, 1],
    ]);
    const stored = JSON.parse(JSON.stringify(slices.flatMap((slice) => slice.pages)));
    expect(assemblePdf(stored, { title: null })).toEqual(await parse(file()));
  });

  it("yields between pages", async () => {
    let yields = 0;
    const yieldToOthers = async (): Promise<void> => {
      yields++;
    };
    await readPdfPages(writePdf([{}, {}, {}]), 1, 3, { yieldToOthers });
    expect(yields).toBe(3);
  });

  it("says that pages without text need recognition", async () => {
    const image = "q 200 0 0 200 72 500 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x7f EI Q\n";
    await expect(parse(writePdf([{ operators: image }]))).rejects.toMatchObject({ code: "no_text_found" });
  });

  it("refuses a PDF that needs a password to be opened, and reads one that only restricts what may be done", async () => {
    await expect(parse(bytesOf(encryptedForUser))).rejects.toMatchObject({ code: "encrypted_document" });
    expect((await parse(bytesOf(encryptedForOwner))).text).toContain("The owner allows reading");
  });

  it("refuses what is no PDF behind its first bytes", async () => {
    const bytes = new TextEncoder().encode("%PDF-1.7\nnothing that follows is a PDF at all");
    await expect(parse(bytes)).rejects.toMatchObject({ code: "damaged_document" });
  });

  it("reads a PDF whose end was cut off as far as its pages can be found", async () => {
    const whole = writePdf([{ texts: column(LEFT, 72, 700) }]);
    const document = await parse(whole.slice(0, whole.length - 20));
    expect(document.text).toBe(LEFT.join(" "));
    const half = parse(whole.slice(0, whole.length / 2));
    await expect(half).rejects.toMatchObject({ code: "damaged_document" });
  });

  it("stops at a page that holds more text than a page can have", async () => {
    const flood = `BT /F1 1 Tf 1 1 Td ${"(abcdefgh) Tj 300 90 Td (ij) Tj -300 -90 Td ".repeat(26_000)} ET\n`;
    await expect(parse(writePdf([{ operators: flood }]))).rejects.toMatchObject({ code: "page_too_large" });
  });

  it("refuses a page that unpacks to far more than its size, before it is read", async () => {
    const bomb = writePdf([{ operators: "q ".repeat(6_000_000), deflated: true }]);
    expect(bomb.length).toBeLessThan(200_000);
    await expect(parse(bomb)).rejects.toMatchObject({ code: "page_too_large" });
    const page = writePdf([{ texts: column(LEFT, 72, 700), deflated: true }]);
    expect((await parse(page)).text).toBe(LEFT.join(" "));
  });

  it("takes the title the author gave, not one a program made up", async () => {
    const texts = column(LEFT, 72, 700);
    expect((await parse(writePdf([{ texts }], { Title: "On Rivers" }))).title).toBe("On Rivers");
    expect((await parse(writePdf([{ texts }], { Title: "Microsoft Word - rivers.doc" }))).title).toBeNull();
  });
});
