import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { detectType } from "../../../workers/ingestion/parse/detect.ts";
import { decodeText } from "../../../workers/ingestion/parse/text-encoding.ts";

const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function typeOf(content: Uint8Array, name?: string, declared?: string): string {
  const hints = { ...(name === undefined ? {} : { name }), ...(declared === undefined ? {} : { declared }) };
  return detectType(content, content, hints).type;
}

function failure(content: Uint8Array, name?: string, declared?: string): unknown {
  try {
    return typeOf(content, name, declared);
  } catch (error) {
    return error;
  }
}

describe("detecting a file's type", () => {
  it.each([
    ["%PDF-1.7\n", undefined, "application/pdf"],
    ["%PDF-1.7\n", "report.pdf", "application/pdf"],
    ["<!DOCTYPE html><p>Hi", undefined, "text/html"],
    ["  \n<!-- note --><HTML lang=en>", "page.htm", "text/html"],
    ["<!doctype html><p>Hi", "notes.txt", "text/html"],
    ["<div>Hi</div>", undefined, "text/html"],
    ["<div>Hi</div>\n\n# Title", "readme.md", "text/markdown"],
    ["# Title\n\ntext", undefined, "text/markdown"],
    ["plain words", undefined, "text/plain"],
    ["plain words", "notes.md", "text/markdown"],
    ["a,b,c\n1,2,3\n4,5,6\n", undefined, "text/csv"],
    ["a\tb\tc\n1\t2\t3\n4\t5\t6\n", undefined, "text/tab-separated-values"],
    ["a,b\n1,2", "table.csv", "text/csv"],
    ['{"a": 1}', undefined, "application/json"],
    ['{"a": 1}\n{"a": 2}\n', undefined, "application/x-ndjson"],
    ['{"a": 1}', "lines.jsonl", "application/x-ndjson"],
    ["{not json", undefined, "text/plain"],
    ["BM is how this text begins", undefined, "text/plain"],
  ])("%j named %s is %s", (content, name, expected) => {
    expect(typeOf(bytes(content), name)).toBe(expected);
  });

  it("goes by the declared type when the name says nothing", () => {
    expect(typeOf(bytes("words"), "notes", "text/markdown; charset=utf-8")).toBe("text/markdown");
    expect(typeOf(bytes("words"), "notes.txt", "text/markdown")).toBe("text/plain");
    expect(typeOf(bytes("words"), "notes", "application/octet-stream")).toBe("text/plain");
  });

  it("knows a Word document by what is in the archive", () => {
    const docx = zipSync({ "word/document.xml": bytes("<w:document/>") });
    expect(typeOf(docx, "letter.docx")).toBe(DOCX);
    expect(typeOf(docx)).toBe(DOCX);
  });

  it.each([
    [latin1("\x89PNG\r\n\x1a\n\0\0\0"), "picture.png", "a PNG image"],
    [latin1("MZ\x90\0\x03\0"), undefined, "a Windows program"],
    [latin1("\0\0\0\x18ftypmp42"), "film.mp4", "MP4"],
    [zipSync({ "xl/workbook.xml": bytes("<a/>") }), "book.xlsx", "an Excel workbook"],
    [zipSync({ "ppt/presentation.xml": bytes("<a/>") }), undefined, "a PowerPoint presentation"],
    [zipSync({ "a.txt": bytes("a") }), "a.zip", "a ZIP archive"],
    [latin1("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0"), "old.doc", ".doc"],
    [bytes("{\\rtf1 Hello}"), undefined, "an RTF document"],
    [bytes('<?xml version="1.0"?><feed/>'), undefined, "an XML file"],
    [latin1("\x01\x02\x03\x04\x05\x06\x07\x08"), undefined, "binary data"],
  ])("names what it cannot ingest (%#)", (content, name, label) => {
    expect(failure(content, name)).toMatchObject({
      code: "unsupported_type",
      message: expect.stringContaining(label),
    });
  });

  it.each([
    [bytes("<!doctype html><title>404</title>"), "report.pdf", "an HTML page"],
    [latin1("\x89PNG\r\n\x1a\n"), "letter.docx", "a PNG image"],
    [bytes("%PDF-1.4"), "letter.docx", "a PDF file"],
    [bytes("just words"), "picture.png", "plain text"],
    [bytes("<!doctype html><p>Sign in"), "table.csv", "an HTML page"],
    [latin1("\x01\x02\x03\x04\x05\x06\x07\x08"), "notes.txt", "binary data"],
  ])("refuses a file that is not what its name claims (%#)", (content, name, actual) => {
    expect(failure(content, name)).toMatchObject({
      code: "type_mismatch",
      message: expect.stringContaining(actual),
    });
  });

  it("tells an Office document with a password from others", () => {
    const stream = [..."EncryptedPackage"].join("\0");
    const content = latin1(`\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1${"\0".repeat(500)}${stream}`);
    expect(failure(content, "secret.docx")).toMatchObject({ code: "encrypted_document" });
  });

  it("refuses an empty file and a cut archive", () => {
    expect(failure(new Uint8Array())).toMatchObject({ code: "empty_document" });
    const docx = zipSync({ "word/document.xml": bytes("<w:document/>") });
    expect(failure(docx.subarray(0, 40), "letter.docx")).toMatchObject({ code: "damaged_document" });
  });
});

describe("decoding text", () => {
  it.each([
    ["UTF-8", bytes("Grüße 漢字")],
    ["UTF-8 with a byte order mark", bytes("\ufeffGrüße 漢字")],
    ["UTF-16, little end first", utf16("\ufeffGrüße 漢字", true)],
    ["UTF-16, big end first", utf16("\ufeffGrüße 漢字", false)],
  ])("reads %s", (_, content) => {
    expect(decodeText(content)).toBe("Grüße 漢字");
  });

  it("reads UTF-16 without a byte order mark and Windows-1252", () => {
    expect(decodeText(utf16("plain words", true))).toBe("plain words");
    expect(decodeText(utf16("plain words", false))).toBe("plain words");
    expect(decodeText(latin1("Gr\xfc\xdfe \x96 \x84hier\x93"))).toBe("Grüße – „hier“");
  });

  it("reads a text as Windows-1252 when it stops being UTF-8 far down", () => {
    const content = latin1(`${"words ".repeat(20_000)}caf\xe9`);
    expect(decodeText(content).endsWith("café")).toBe(true);
  });

  it("ends lines in line feeds and drops what cannot be seen", () => {
    expect(decodeText(bytes("a\r\nb\rc\u0000d\u0007e\u007f\ufefff\tg"))).toBe("a\nb\ncdef\tg");
  });
});

function utf16(text: string, isLittle: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), isLittle);
  return new Uint8Array(view.buffer);
}
