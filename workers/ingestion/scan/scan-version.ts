import { contentMissing } from "../failure.ts";
import type { ClaimedJob, IngestionPorts } from "../ports.ts";
import type { StageBook } from "../stage-book.ts";
import { builtInScanner } from "./built-in-scanner.ts";
import { MalwareFoundError } from "./verdict.ts";

/**
 * Looks for malware in a version's bytes, once: by our own scanner, then by the one outside. That the stage was done
 * says that they are clean. What was found infected once stays so, whatever a scanner says later.
 *
 * @returns the bytes, for the next stage; null when there was no need to read them
 * @throws MalwareFoundError, UnparsableError `archive_too_deep`, `archive_too_large`, and what a scanner throws that
 *   is down
 */
export async function scanVersion(
  ports: IngestionPorts,
  job: ClaimedJob,
  book: StageBook,
): Promise<Uint8Array | null> {
  if (job.scan === "clean") return null;
  book.begin("scan");
  const bytes = await ports.content.read(job.sha256);
  if (bytes === null) throw job.scan === "infected" ? new MalwareFoundError(null) : contentMissing();
  const own = builtInScanner(ports.yieldToOthers);
  for (const scanner of ports.scanner === null ? [own] : [own, ports.scanner]) {
    const verdict = await scanner.scan({ bytes, name: job.documentName, sha256: job.sha256 });
    if (!verdict.clean) throw new MalwareFoundError(verdict.threat);
  }
  if (job.scan === "infected") throw new MalwareFoundError(null);
  return bytes;
}
