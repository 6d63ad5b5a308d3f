import { UnparsableError } from "../parsed-document.ts";

/** What the central directory of a ZIP archive says of one entry. */
export interface ZipEntry {
  name: string;
  /** 0 is stored, 8 is deflated. */
  method: number;
  isEncrypted: boolean;
  compressedSize: number;
  /** As claimed; whoever inflates counts for himself. */
  size: number;
  /** Where the local header stands. */
  offset: number;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
/** The end record with the longest comment it can carry. */
const LONGEST_END = 22 + 0xffff;
export const MOST_ENTRIES = 10_000;

/**
 * Reads the central directory of a ZIP archive (APPNOTE 6.3.10 §4.3.12, §4.3.16).
 * @throws UnparsableError `damaged_document` without a readable directory, `archive_bomb` with too many entries
 */
export function readZipDirectory(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  // What only looks like the end of an archive, in a file of another kind, leads to no entry.
  if (count > 0 && !isEntry(view, at)) throw damaged();
  if (count > MOST_ENTRIES) {
    throw new UnparsableError(
      "archive_bomb",
      `The file holds ${count} parts, more than the ${MOST_ENTRIES} allowed.`,
    );
  }
  const names = new TextDecoder();
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (!isEntry(view, at)) throw damaged();
    const nameLength = view.getUint16(at + 28, true);
    entries.push({
      name: names.decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      method: view.getUint16(at + 10, true),
      isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
      compressedSize: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/**
 * An entry's bytes as they stand in the archive, or null where they would lie outside of it. They follow the local
 * header, whose own lengths count (APPNOTE 6.3.10 §4.3.7).
 */
export function packedData(bytes: Uint8Array, entry: ZipEntry): Uint8Array | null {
  const at = entry.offset;
  if (at + 30 > bytes.length) return null;
  const nameLength = (bytes[at + 26] ?? 0) | ((bytes[at + 27] ?? 0) << 8);
  const extraLength = (bytes[at + 28] ?? 0) | ((bytes[at + 29] ?? 0) << 8);
  const start = at + 30 + nameLength + extraLength;
  const end = start + entry.compressedSize;
  return end > bytes.length ? null : bytes.subarray(start, end);
}

const isEntry = (view: DataView, at: number): boolean =>
  at + 46 <= view.byteLength && view.getUint32(at, true) === ENTRY_SIGNATURE;

function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - LONGEST_END);
  for (let at = view.byteLength - 22; at >= lowest; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  throw damaged();
}

function damaged(): UnparsableError {
  return new UnparsableError(
    "damaged_document",
    "The file is damaged: the list of its parts cannot be read. It may be cut short.",
  );
}
