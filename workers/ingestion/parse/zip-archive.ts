import { Inflate } from "fflate";
import { UnparsableError } from "../parsed-document.ts";
import { concatenate } from "./bytes.ts";
import { readZipDirectory, type ZipEntry } from "./zip-directory.ts";

/** One part may inflate to this many bytes, all that are read to twice as many. */
const LARGEST_PART = 48 * 1024 * 1024;
const LARGEST_TOTAL = 2 * LARGEST_PART;
/** Deflate squeezes XML about 10 to 30 times. Only what is large can be a bomb. */
const HIGHEST_RATIO = 200;
const SMALL_PART = 4 * 1024 * 1024;
/** How much is handed to the inflater at a time: its output is counted after each step. */
const STEP = 4 * 1024;

/** A ZIP archive whose parts are inflated one by one under limits that are checked while inflating. */
export class ZipArchive {
  private readonly bytes: Uint8Array;
  private readonly entries = new Map<string, ZipEntry>();
  private total = 0;

  /** @throws UnparsableError `damaged_document`, `archive_bomb` */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    for (const entry of readZipDirectory(bytes)) this.entries.set(entry.name, entry);
  }

  /**
   * The text of a part, or null when the archive has none of that name.
   * @throws UnparsableError `archive_bomb`, `damaged_document`, `encrypted_document`
   */
  text(name: string): string | null {
    const entry = this.entries.get(name);
    if (entry === undefined) return null;
    const inflated = this.inflate(entry);
    const isUtf16 =
      (inflated[0] === 0xff && inflated[1] === 0xfe) || (inflated[0] === 0xfe && inflated[1] === 0xff);
    return new TextDecoder(isUtf16 ? (inflated[0] === 0xff ? "utf-16le" : "utf-16be") : "utf-8").decode(
      inflated,
    );
  }

  private inflate(entry: ZipEntry): Uint8Array {
    if (entry.isEncrypted) {
      throw new UnparsableError(
        "encrypted_document",
        "The document's parts are encrypted. Upload it without a password.",
      );
    }
    const data = this.data(entry);
    if (entry.method === 0) return data;
    if (entry.method !== 8) throw damaged(entry.name);
    const chunks: Uint8Array[] = [];
    let size = 0;
    const inflater = new Inflate((chunk) => {
      size += chunk.length;
      this.total += chunk.length;
      if (this.isBomb(size, data.length)) throw bomb(entry.name);
      chunks.push(chunk);
    });
    try {
      for (let at = 0; at < data.length; at += STEP) {
        inflater.push(data.subarray(at, at + STEP), at + STEP >= data.length);
      }
    } catch (cause) {
      throw cause instanceof UnparsableError ? cause : damaged(entry.name, cause);
    }
    return concatenate(chunks, size);
  }

  private isBomb(size: number, compressed: number): boolean {
    if (size > LARGEST_PART || this.total > LARGEST_TOTAL) return true;
    return size > SMALL_PART && size > compressed * HIGHEST_RATIO;
  }

  /** The compressed bytes: they follow the local header, whose own lengths count (APPNOTE 6.3.10 §4.3.7). */
  private data(entry: ZipEntry): Uint8Array {
    const { bytes } = this;
    const at = entry.offset;
    if (at + 30 > bytes.length) throw damaged(entry.name);
    const nameLength = (bytes[at + 26] ?? 0) | ((bytes[at + 27] ?? 0) << 8);
    const extraLength = (bytes[at + 28] ?? 0) | ((bytes[at + 29] ?? 0) << 8);
    const start = at + 30 + nameLength + extraLength;
    const end = start + entry.compressedSize;
    if (end > bytes.length) throw damaged(entry.name);
    if (entry.method === 0 && this.isBomb(entry.compressedSize, entry.compressedSize)) throw bomb(entry.name);
    return bytes.subarray(start, end);
  }
}

function bomb(part: string): UnparsableError {
  return new UnparsableError(
    "archive_bomb",
    `The document's part ${part} unpacks to far more than its size: it is refused as a decompression bomb.`,
  );
}

function damaged(part: string, cause?: unknown): UnparsableError {
  return new UnparsableError(
    "damaged_document",
    `The document's part ${part} is damaged and cannot be unpacked.`,
    {
      cause,
    },
  );
}
