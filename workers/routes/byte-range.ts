import { AppError } from "../errors.ts";

/**
 * What a `Range` header asks of content of a known size (RFC 9110 §14.2): one range of bytes. Several ranges, or
 * another unit, are answered with all of it, as the RFC allows.
 *
 * @throws AppError `range_not_satisfiable`
 */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; length: number } | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null) return null;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return null;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size || end < start) {
    throw new AppError("range_not_satisfiable", {
      detail: `The content has ${size} bytes.`,
      extensions: { size },
    });
  }
  return { start, length: end - start + 1 };
}
