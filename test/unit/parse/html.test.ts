import { describe, expect, it } from "vitest";
import { parseHtml } from "../../../workers/ingestion/parse/html.ts";
import type { ParsedDocument } from "../../../workers/ingestion/parsed-document.ts";

function shown(document: ParsedDocument): string[] {
  return document.blocks.map((block) => {
    const mark = block.kind === "heading" ? `h${block.level}` : block.kind;
    return `${mark}: ${document.text.slice(block.start, block.end)}`;
  });
}

const PROSE = "The river rises in the hills and runs to the sea through seven towns. ".repeat(8).trim();

describe("HTML", () => {
  it("keeps headings, paragraphs, lists, links' texts and preformatted text apart", () => {
    const document = parseHtml(`<!doctype html><html><head><title> Of
      rivers &amp; seas </title><style>p { color: red }</style></head><body>
      <h1>Rivers</h1><p>One <b>bold</b> word,<br>and a <a href="/x">link</a>.</p>
      <ul><li>first</li><li>second <p>more</p></li></ul><ol start=3><li>third</ol>
      <pre>a
  b</pre><script>alert("no")</script>
      <div>Loose text<p>then a paragraph</div></body></html>`);
    expect(document.title).toBe("Of rivers & seas");
    expect(shown(document)).toEqual([
      "h1: Rivers",
      "text: One bold word,\nand a link.",
      "text: - first",
      "text: - second",
      "text: more",
      "text: 3. third",
      "text: a\n  b",
      "text: Loose text",
      "text: then a paragraph",
    ]);
    expect(document.text).toContain("- first\n- second");
  });

  it("makes Markdown rows of tables: caption, header rows, cells over columns and rows", () => {
    const document = parseHtml(`<table><caption>Levels</caption>
      <thead><tr><th rowspan=2>Town</th><th colspan=2>Water</th></tr><tr><th>2017</th><th>2018</th></tr></thead>
      <tbody><tr><td rowspan=2>Bern</td><td>1.5</td><td>2</td></tr><tr><td>3</td><td>4 | 5</td></tr></tbody></table>`);
    expect(shown(document)).toEqual([
      "text: Levels",
      [
        "table: | Town | Water 2017 | Water 2018 |",
        "| --- | --- | --- |",
        "| Bern | 1.5 | 2 |",
        "| Bern | 3 | 4 \\| 5 |",
      ].join("\n"),
    ]);
    const table = document.blocks[1];
    if (table?.kind !== "table") throw new Error("no table");
    expect(document.text.slice(table.caption?.start, table.caption?.end)).toBe("Levels");
  });

  it("joins currency signs and brackets of financial tables to their figures", () => {
    const document = parseHtml(`<table>
      <tr><td></td><td colspan=3>2017</td><td colspan=3>2018</td></tr>
      <tr><td>Sales</td><td>$</td><td>1,234</td><td></td><td>$</td><td>2,345</td><td></td></tr>
      <tr><td>Loss</td><td></td><td>(12</td><td>)</td><td></td><td>(3</td><td>)</td></tr></table>`);
    expect(document.text).toBe(
      [
        "|  | 2017 | 2018 |",
        "| --- | --- | --- |",
        "| Sales | $1,234 | $2,345 |",
        "| Loss | (12) | (3) |",
      ].join("\n"),
    );
  });

  it("reads tables that only lay out the page as what they hold", () => {
    const document = parseHtml(
      "<table><tr><td>Menu</td><td><p>Text</p><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>After</td></tr></table>",
    );
    expect(shown(document)).toEqual([
      "text: Menu",
      "text: Text",
      "table: | a | b |\n| --- | --- |\n| 1 | 2 |",
      "text: After",
    ]);
  });

  it("leaves out navigation, footers, cookie notices and what is hidden", () => {
    const document = parseHtml(`<body><header><a>Home</a></header><nav>Menu</nav>
      <div class="cookie-banner">We use cookies</div><div role="navigation">More menu</div>
      <div hidden>Hidden</div><div style="display: none">Hidden, too</div>
      <main><h1>Rivers</h1><p>${PROSE}</p></main><aside>Read also</aside><footer>Imprint</footer></body>`);
    expect(shown(document)).toEqual(["h1: Rivers", `text: ${PROSE}`]);
  });

  it("never loses the content to a guess", () => {
    const misnamed = parseHtml(`<body><div class="sidebar"><p>${PROSE}</p></div><p>Short.</p></body>`);
    expect(misnamed.text).toContain(PROSE);
    const emptyMain = parseHtml(`<body><main><h1>Hi</h1></main><div><p>${PROSE}</p></div></body>`);
    expect(emptyMain.text).toContain(PROSE);
    const named = parseHtml(`<body><div class="social-sciences has-sidebar"><p>Kept</p></div></body>`);
    expect(named.text).toBe("Kept");
  });

  it("says when a page has no text without its scripts", () => {
    expect(() => parseHtml('<!doctype html><div id="app"></div><script>run()</script>')).toThrow(
      expect.objectContaining({ code: "empty_document" }),
    );
  });

  it("reads markup that never closes, and nests without end", () => {
    expect(parseHtml("<p>One<p>Two<table><tr><td>a<td>b<tr><td>c<td>d").text).toContain("| a | b |");
    const deep = parseHtml(`${"<div><b><table><tr><td>".repeat(20_000)}deep`);
    expect(deep.text).toBe("deep");
  });
});
