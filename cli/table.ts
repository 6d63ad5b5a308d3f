import { plainLine } from "./plain-text.ts";

/** Rows below their headings, in columns as wide as their widest cell. */
export function formatTable(headings: string[], rows: string[][]): string {
  const lines = [headings, ...rows].map((cells) => cells.map(plainLine));
  const widths = headings.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? "").length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
