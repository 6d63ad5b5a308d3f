import { Gunzip, Inflate } from "fflate";
import { concatenate } from "../parse/bytes.ts";
import { inflateSteps } from "../parse/inflate.ts";
import { packedData, readZipDirectory, type ZipEntry } from "../parse/zip-directory.ts";
import { UnparsableError } from "../parsed-document.ts";
import { holdsTestFile, TEST_FILE_THREAT, TestFileSearch } from "./test-file.ts";
import { UnpackBounds } from "./unpack-bounds.ts";
import type { ContentScanner } from "./verdict.ts";

/** After how many unpacked bytes others get their turn. */
const BYTES_A_TURN = 8 * 1024 * 1024;
const STORED = 0;
const DEFLATED = 8;

/**
 * The scanner that is always there: it finds the anti-malware test file anywhere in the bytes and in the ZIP (also
 * Word, Excel) and gzip archives among them. What is encrypted, damaged or packed otherwise is looked at as it stands.
 *
 * @throws UnparsableError `archive_too_deep`, `archive_too_large` when the archives go beyond the bounds
 */
export const builtInScanner = (yieldToOthers: () => Promise<void>): ContentScanner => ({
  async scan({ bytes }) {
    const walk = new ArchiveWalk(new UnpackBounds(bytes.length), yieldToOthers);
    const isInfected = holdsTestFile(bytes) || (await walk.within(bytes, 0));
    return isInfected ? { clean: false, threat: TEST_FILE_THREAT } : { clean: true };
  },
});

class ArchiveWalk {
  readonly #bounds: UnpackBounds;
  readonly #yieldToOthers: () => Promise<void>;
  #sinceYield = 0;

  constructor(bounds: UnpackBounds, yieldToOthers: () => Promise<void>) {
    this.#bounds = bounds;
    this.#yieldToOthers = yieldToOthers;
  }

  /** Looks into bytes that may be an archive and were searched themselves already. */
  async within(bytes: Uint8Array, depth: number): Promise<boolean> {
    if (isGzip(bytes)) {
      this.#bounds.open(depth + 1);
      return this.#through(this.#unpacked(new Gunzip(), [bytes]), depth + 1);
    }
    const entries = entriesOf(bytes);
    if (entries === null) return false;
    this.#bounds.open(depth + 1);
    this.#bounds.countEntries(entries.length);
    for (const entry of entries) {
      const data = entry.isEncrypted ? null : packedData(bytes, entry);
      if (data !== null && (await this.#inEntry(entry, data, depth + 1))) return true;
    }
    return false;
  }

  async #inEntry({ method }: ZipEntry, data: Uint8Array, depth: number): Promise<boolean> {
    if (method === DEFLATED) return this.#through(this.#unpacked(new Inflate(), [data]), depth);
    if (method !== STORED) return false;
    this.#bounds.countBytes(data.length);
    return this.within(data, depth);
  }

  /** Searches what comes out of an archive; an archive in it is looked into in its turn. */
  async #through(pieces: Generator<Uint8Array, void>, depth: number): Promise<boolean> {
    const first = firstOf(pieces);
    if (isZip(first)) return this.#throughZip(first, pieces, depth);
    const search = new TestFileSearch();
    const searched = searching(search, first, pieces);
    if (isGzip(first)) {
      this.#bounds.open(depth + 1);
      if (await this.#through(this.#unpacked(new Gunzip(), searched), depth + 1)) return true;
    }
    for (const piece of searched) {
      if (search.found) return true;
      await this.#letOthers(piece.length);
    }
    return search.found;
  }

  async #throughZip(first: Uint8Array, pieces: Generator<Uint8Array, void>, depth: number): Promise<boolean> {
    const held: Uint8Array[] = [];
    let size = 0;
    for (const piece of joined(first, pieces)) {
      this.#bounds.hold(piece.length);
      held.push(piece);
      size += piece.length;
      await this.#letOthers(piece.length);
    }
    const bytes = concatenate(held.splice(0), size);
    const isInfected = holdsTestFile(bytes) || (await this.within(bytes, depth));
    this.#bounds.release(size);
    return isInfected;
  }

  /** What is packed, until its end or its first damage: no reader gets further. */
  *#unpacked(inflater: Inflate | Gunzip, packed: Iterable<Uint8Array>): Generator<Uint8Array, void> {
    try {
      for (const piece of inflateSteps(inflater, packed)) {
        this.#bounds.countBytes(piece.length);
        yield piece;
      }
    } catch (error) {
      if (error instanceof UnparsableError) throw error;
    }
  }

  async #letOthers(bytes: number): Promise<void> {
    this.#sinceYield += bytes;
    if (this.#sinceYield < BYTES_A_TURN) return;
    this.#sinceYield = 0;
    await this.#yieldToOthers();
  }
}

/** Null for what is no ZIP archive. One may stand behind other bytes: what counts is the directory at its end. */
function entriesOf(bytes: Uint8Array): ZipEntry[] | null {
  try {
    return readZipDirectory(bytes);
  } catch (error) {
    if (!(error instanceof UnparsableError)) throw error;
    if (error.code === "damaged_document") return null;
    throw new UnparsableError("archive_too_large", error.message, { cause: error });
  }
}

/** The first piece, of four bytes or more where there are so many: enough to tell what it begins. */
function firstOf(pieces: Generator<Uint8Array, void>): Uint8Array {
  let first: Uint8Array = new Uint8Array();
  while (first.length < 4) {
    const { done, value } = pieces.next();
    if (done === true || value === undefined) return first;
    first = first.length === 0 ? value : concatenate([first, value], first.length + value.length);
  }
  return first;
}

function* joined(first: Uint8Array, rest: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  yield first;
  yield* rest;
}

function* searching(
  search: TestFileSearch,
  first: Uint8Array,
  rest: Iterable<Uint8Array>,
): Generator<Uint8Array, void> {
  for (const piece of joined(first, rest)) {
    search.look(piece);
    yield piece;
  }
}

/** RFC 1952 §2.3.1: the magic number, and deflate, the only method there is. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;

/** A local header, or the end record of an empty archive. */
const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5 || bytes[2] === 7);
