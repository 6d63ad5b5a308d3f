import type { Span } from "../../text/stored-text.ts";

/** Reads `start-end` from the URL; null when it is missing or no span. */
export function parseSpan(value: unknown): Span | null {
  const match = typeof value === "string" ? /^(\d+)-(\d+)$/.exec(value) : null;
  if (!match) return null;
  const start = Number(match[1]);
  const end = Number(match[2]);
  return start < end ? { start, end } : null;
}
