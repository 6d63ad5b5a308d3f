import { AppError } from "../../errors.ts";

export type Verdict = { clean: true } | { clean: false; threat: string };

export interface ScannedContent {
  bytes: Uint8Array;
  name: string;
  sha256: string;
}

/** Looks for malware. One that cannot tell throws: what was not scanned never counts as clean. */
export interface ContentScanner {
  scan(content: ScannedContent): Promise<Verdict>;
}

/** What is known of a version's bytes. */
export type ScanState = "pending" | "clean" | "infected";

/** The document carries malware: final, and nothing of it is read. */
export class MalwareFoundError extends Error {
  override readonly name = "MalwareFoundError";
  readonly threat: string | null;

  /** @param threat what was found; null when it was found before */
  constructor(threat: string | null) {
    super(
      threat === null
        ? "Malware was found in these bytes before: they stay in quarantine."
        : `The document carries malware (${threat}). It is in quarantine and its bytes were deleted.`,
    );
    this.threat = threat;
  }
}

/**
 * Lets through a version whose bytes were found clean; nothing of any other is given out.
 *
 * @throws AppError `not_scanned_yet`, `malware_found`
 */
export function assertClean({ version, scan }: { version: number; scan: ScanState }): void {
  if (scan === "clean") return;
  throw scan === "pending"
    ? new AppError("not_scanned_yet", {
        detail: `Version ${version} is given out once it was found free of malware: follow its job.`,
      })
    : new AppError("malware_found", {
        detail: `Malware was found in version ${version}. It is in quarantine and its bytes were deleted.`,
      });
}
