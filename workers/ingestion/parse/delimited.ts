import Papa from "papaparse";
import { type ParsedDocument, UnparsableError } from "../parsed-document.ts";
import { DocumentBuilder } from "./document-builder.ts";
import { requireText } from "./plain-text.ts";

const MOST_COLUMNS = 2000;

/**
 * A table of values, stored as a Markdown table whose first row names the columns.
 * @param delimiter what parts the values; without it, it is told from the text
 * @throws UnparsableError `damaged_document` for a quote that never closes or too many columns
 */
export function parseDelimited(text: string, delimiter?: string): ParsedDocument {
  requireText(text);
  const { data, errors } = Papa.parse<string[]>(text.replace(/^sep=.\n/, ""), {
    delimiter: delimiter ?? "",
    delimitersToGuess: [",", ";", "\t", "|"],
    skipEmptyLines: "greedy",
  });
  const broken = errors.find((error) => error.type === "Quotes");
  if (broken !== undefined) {
    const row = (broken.row ?? 0) + 1;
    throw new UnparsableError(
      "damaged_document",
      `Row ${row} of the table has a quotation mark that is never closed.`,
    );
  }
  const width = data.reduce((widest, row) => Math.max(widest, row.length), 0);
  if (width > MOST_COLUMNS) {
    throw new UnparsableError(
      "damaged_document",
      `The table has ${width} columns, more than ${MOST_COLUMNS}.`,
    );
  }
  const rows = data.map((row) =>
    row.length < width ? [...row, ...Array(width - row.length).fill("")] : row,
  );
  const builder = new DocumentBuilder();
  builder.table({ header: rows[0] ?? null, rows: rows.slice(1), caption: null });
  return builder.finish(null);
}
