const encoder = new TextEncoder();

/** Line and column of a place in a query, from 1; Prometheus counts columns in bytes of UTF-8. @param place in code units */
export function positionIn(query: string, place: number): string {
  const lines = query.slice(0, place).split("\n");
  return `${lines.length}:${encoder.encode(lines.at(-1)).length + 1}`;
}
