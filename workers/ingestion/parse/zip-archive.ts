import { Inflate } from "fflate";
import { UnparsableError } from "../parsed-document.ts";
import { concatenate } from "./bytes.ts";
import { inflateSteps } from "./inflate.ts";
import { packedData, readZipDirectory, type ZipEntry } from "./zip-directory.ts";

/** One part may inflate to this many bytes, all that are read to twice as many. */
const LARGEST_PART = 48 * 1024 * 1024;
export const LARGEST_TOTAL = 2 * LARGEST_PART;
/** Deflate squeezes XML about 10 to 30 times. Only what is large can be a bomb. */
const HIGHEST_RATIO = 200;
const SMALL_PART = 4 * 1024 * 1024;

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
    const data = packedData(this.bytes, entry);
    if (data === null) throw damaged(entry.name);
    if (entry.method === 0) {
      if (this.isBomb(data.length, data.length)) throw bomb(entry.name);
      return data;
    }
    if (entry.method !== 8) throw damaged(entry.name);
    const chunks: Uint8Array[] = [];
    let size = 0;
    try {
      for (const chunk of inflateSteps(new Inflate(), [data])) {
        size += chunk.length;
        this.total += chunk.length;
        if (this.isBomb(size, data.length)) throw bomb(entry.name);
        chunks.push(chunk);
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
