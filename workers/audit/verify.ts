import { ExportReader } from "./read-export.ts";
import { splitLines } from "./split-lines.ts";
import type { Trusted, Verification } from "./verification.ts";

/**
 * Checks an export from its first byte to its last, in constant memory: each line is what the leaf in it says, the
 * sequence has no holes, the tree over all leaves has the root that the log signed, and at the size of each
 * checkpoint seen before it has the root that the log signed then (RFC 6962's consistency, with every leaf at hand).
 * So any edit, deletion, reordering, truncation or fork shows.
 *
 * @param bytes one export from the first event on, or several of which each goes on where the last one ended
 */
export async function verifyExport(
  bytes: AsyncIterable<Uint8Array>,
  trusted: Trusted,
): Promise<Verification> {
  const reader = new ExportReader(trusted);
  let rest = "";
  for await (const part of splitLines(bytes)) {
    for (const line of part.lines) {
      const checkpoint = reader.read(line);
      if (checkpoint !== null) await reader.check(checkpoint);
    }
    rest = part.rest;
  }
  return reader.finish(rest);
}
