/** One row of a Markdown table: pipes escaped, line breaks made spaces. */
export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map(escapeCell).join(" | ")} |`;
}

/** The line under a table's header. */
export function markdownDivider(columns: number): string {
  return `|${" --- |".repeat(columns)}`;
}

function escapeCell(cell: string): string {
  const line = cell.replace(/\s+/g, " ").trim();
  return line.includes("|") ? line.replaceAll("|", "\\|") : line;
}
