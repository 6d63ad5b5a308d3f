import { strToU8, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { parseDocx } from "../../../workers/ingestion/parse/docx.ts";
import type { ParsedDocument } from "../../../workers/ingestion/parsed-document.ts";

const STYLES = `<w:styles xmlns:w="w">
  <w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
  <w:style w:styleId="Kapitel"><w:name w:val="Kapitel"/><w:basedOn w:val="berschrift1"/></w:style>
  <w:style w:styleId="Outlined"><w:name w:val="Outlined"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
  <w:style w:styleId="Beschriftung"><w:name w:val="caption"/></w:style>
  <w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>
</w:styles>`;

function writeDocx(body: string, parts: Record<string, string> = {}): Uint8Array {
  const files: Record<string, Uint8Array> = {
    "word/document.xml": strToU8(`<w:document xmlns:w="w"><w:body>${body}</w:body></w:document>`),
    "word/styles.xml": strToU8(STYLES),
  };
  for (const [name, content] of Object.entries(parts)) files[name] = strToU8(content);
  return zipSync(files);
}

function paragraph(text: string, style = ""): string {
  const properties = style === "" ? "" : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`;
  return `<w:p>${properties}<w:r><w:t>${text}</w:t></w:r></w:p>`;
}

function cell(text: string, properties = ""): string {
  return `<w:tc><w:tcPr>${properties}</w:tcPr>${paragraph(text)}</w:tc>`;
}

function shown(document: ParsedDocument): string[] {
  return document.blocks.map((block) => {
    const mark = block.kind === "heading" ? `h${block.level}` : block.kind;
    return `${mark}: ${document.text.slice(block.start, block.end)}`;
  });
}

describe("DOCX", () => {
  it("knows headings by the names of their styles and by outline levels, whatever the language", () => {
    const document = parseDocx(
      writeDocx(
        paragraph("Das Werk", "Titel") +
          paragraph("Flüsse &amp; Meere", "Kapitel") +
          paragraph("Quellen", "Outlined") +
          paragraph("Ein Absatz.") +
          '<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>Direkt</w:t></w:r></w:p>',
      ),
    );
    expect(document.title).toBe("Das Werk");
    expect(shown(document)).toEqual([
      "h1: Das Werk",
      "h1: Flüsse & Meere",
      "h2: Quellen",
      "text: Ein Absatz.",
      "h3: Direkt",
    ]);
  });

  it("keeps what stands and leaves out what was deleted", () => {
    const document = parseDocx(
      writeDocx(
        `<w:p><w:r><w:t xml:space="preserve">Kept </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>
         <w:ins><w:r><w:t xml:space="preserve">and added </w:t></w:r></w:ins>
         <w:hyperlink><w:r><w:t>with a link</w:t></w:r></w:hyperlink><w:r><w:instrText>PAGE</w:instrText></w:r>
         <w:r><w:tab/><w:t>tabbed</w:t><w:footnoteReference w:id="2"/></w:r></w:p>
         <w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>one</w:t></w:r></w:p><w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>two</w:t></w:r></w:p>`,
        {
          "word/footnotes.xml": `<w:footnotes><w:footnote w:type="separator" w:id="0">${paragraph("---")}</w:footnote>
            <w:footnote w:id="2">${paragraph("A note.")}</w:footnote></w:footnotes>`,
        },
      ),
    );
    expect(document.text).toBe("Kept and added with a link tabbed[2]\n\n- one\n- two\n\n[2] A note.");
  });

  it("makes Markdown rows of tables, with their captions", () => {
    const document = parseDocx(
      writeDocx(
        `${paragraph("Table 1: Levels", "Beschriftung")}<w:tbl>
          <w:tr><w:trPr><w:tblHeader/></w:trPr>${cell("Town")}${cell("Water", '<w:gridSpan w:val="2"/>')}</w:tr>
          <w:tr>${cell("Bern", '<w:vMerge w:val="restart"/>')}${cell("1.5")}${cell("2")}</w:tr>
          <w:tr>${cell("", "<w:vMerge/>")}${cell("3")}${cell("4")}</w:tr></w:tbl>`,
      ),
    );
    expect(shown(document)).toEqual([
      "text: Table 1: Levels",
      "table: | Town | Water | Water |\n| --- | --- | --- |\n| Bern | 1.5 | 2 |\n| Bern | 3 | 4 |",
    ]);
    const table = document.blocks[1];
    if (table?.kind !== "table") throw new Error("no table");
    expect(document.text.slice(table.caption?.start, table.caption?.end)).toBe("Table 1: Levels");
  });

  it("takes the title from the properties when they have one", () => {
    const core =
      "<cp:coreProperties><dc:creator>Ann</dc:creator><dc:title>Of Rivers</dc:title></cp:coreProperties>";
    expect(parseDocx(writeDocx(paragraph("Text"), { "docProps/core.xml": core })).title).toBe("Of Rivers");
  });

  it("refuses a part that unpacks to far more than its size, before it is unpacked", () => {
    const bomb = writeDocx(`<w:p><w:r><w:t>${"a".repeat(20_000_000)}</w:t></w:r></w:p>`);
    expect(bomb.length).toBeLessThan(100_000);
    expect(() => parseDocx(bomb)).toThrow(expect.objectContaining({ code: "archive_bomb" }));
  });

  it("does not believe the sizes that an archive claims", () => {
    const bomb = writeDocx(`<w:p><w:r><w:t>${"a".repeat(20_000_000)}</w:t></w:r></w:p>`);
    const view = new DataView(bomb.buffer, bomb.byteOffset);
    for (let at = 0; at < bomb.length - 4; at++) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 10, true);
    }
    expect(() => parseDocx(bomb)).toThrow(expect.objectContaining({ code: "archive_bomb" }));
  });

  it("names the part that is damaged", () => {
    const damaged = writeDocx(paragraph("words ".repeat(500)));
    damaged.fill(0xff, 60, 90);
    expect(() => parseDocx(damaged)).toThrow(expect.objectContaining({ code: "damaged_document" }));
    const without = zipSync({ "word/styles.xml": strToU8(STYLES) });
    expect(() => parseDocx(without)).toThrow(expect.objectContaining({ code: "damaged_document" }));
  });

  it("refuses a document without text", () => {
    expect(() => parseDocx(writeDocx("<w:p/>"))).toThrow(expect.objectContaining({ code: "empty_document" }));
  });

  it("does not fall over nesting without end", () => {
    const deep =
      "<w:tbl><w:tr><w:tc>".repeat(20_000) + paragraph("deep") + "</w:tc></w:tr></w:tbl>".repeat(20_000);
    expect(parseDocx(writeDocx(deep)).text).toBe("deep");
  });
});
