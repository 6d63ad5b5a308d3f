import { LARGEST_TOTAL } from "../parse/zip-archive.ts";
import { MOST_ENTRIES } from "../parse/zip-directory.ts";
import { UnparsableError } from "../parsed-document.ts";

/** Archives within archives, the outermost counted. */
export const DEEPEST = 4;
const MOST_BYTES = 512 * 1024 * 1024;
/** What unpacks to more than the largest Word document may not be squeezed more than this. */
const HIGHEST_RATIO = 100;
const SMALL = LARGEST_TOTAL;
/** A ZIP archive is read from its end: one that stands packed in another is kept whole meanwhile. */
const MOST_HELD = 32 * 1024 * 1024;

/** What one document may unpack to, over all the archives in it. Each bound is checked while unpacking. */
export class UnpackBounds {
  readonly #limit: number;
  #entries = 0;
  #bytes = 0;
  #held = 0;

  /** @param documentBytes how large the upload itself is */
  constructor(documentBytes: number) {
    this.#limit = Math.min(MOST_BYTES, Math.max(SMALL, documentBytes * HIGHEST_RATIO));
  }

  /** @throws UnparsableError `archive_too_deep` */
  open(depth: number): void {
    if (depth <= DEEPEST) return;
    throw new UnparsableError(
      "archive_too_deep",
      `The file holds archives within archives, more than ${DEEPEST} deep. Upload what is in them by itself.`,
    );
  }

  /** @throws UnparsableError `archive_too_large` */
  countEntries(entries: number): void {
    this.#entries += entries;
    if (this.#entries > MOST_ENTRIES)
      throw tooLarge(`holds more than the ${MOST_ENTRIES} parts that are allowed`);
  }

  /** @throws UnparsableError `archive_too_large` */
  countBytes(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limit) throw tooLarge("unpacks to far more than its size");
  }

  /** @throws UnparsableError `archive_too_large` */
  hold(bytes: number): void {
    this.#held += bytes;
    if (this.#held > MOST_HELD) throw tooLarge("holds a packed archive of more than 32 MiB");
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }
}

const tooLarge = (why: string) =>
  new UnparsableError("archive_too_large", `The file ${why}: it is refused. Upload what is in it by itself.`);
