import { Parser } from "htmlparser2";
import { type ParsedDocument, UnparsableError } from "../parsed-document.ts";
import { DocxReader } from "./docx-reader.ts";
import { DocxStyles } from "./docx-styles.ts";
import { ZipArchive } from "./zip-archive.ts";

/**
 * A Word document as text: headings by style or outline level, lists, tables, link texts, footnotes. Tracked
 * deletions are left out. The pages of a Word document are made by the program that prints it: it has one here.
 *
 * @throws UnparsableError `archive_bomb`, `damaged_document`, `encrypted_document`, `empty_document`, `text_too_large`
 */
export function parseDocx(bytes: Uint8Array): ParsedDocument {
  const archive = new ZipArchive(bytes);
  const path = mainPart(archive);
  const xml = archive.text(path);
  if (xml === null) {
    throw new UnparsableError("damaged_document", "The Word document has no text part: it is damaged.");
  }
  const styles = new DocxStyles(archive.text("word/styles.xml"));
  const reader = new DocxReader(styles);
  readXml(xml, reader);
  for (const notes of ["word/footnotes.xml", "word/endnotes.xml"]) {
    const part = archive.text(notes);
    if (part !== null) readXml(part, reader);
  }
  return reader.finish(coreTitle(archive));
}

function mainPart(archive: ZipArchive): string {
  const target = /Target="\/?(word\/document\d*\.xml)"/.exec(archive.text("_rels/.rels") ?? "")?.[1];
  return target ?? "word/document.xml";
}

function readXml(xml: string, reader: DocxReader): void {
  const parser = new Parser(reader, { xmlMode: true, decodeEntities: true });
  parser.end(xml);
}

function coreTitle(archive: ZipArchive): string | null {
  let title = "";
  let isInTitle = false;
  const parser = new Parser(
    {
      onopentag: (name) => {
        isInTitle = name === "dc:title";
      },
      ontext: (text) => {
        if (isInTitle) title += text;
      },
      onclosetag: () => {
        isInTitle = false;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.end(archive.text("docProps/core.xml") ?? "");
  return title.trim() === "" ? null : title;
}
