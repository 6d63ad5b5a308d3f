import { readZipDirectory } from "./zip-directory.ts";

/** What a binary file is, by its content. */
export interface BinaryKind {
  /** A short name for tests and for comparing with what the file's name says. */
  kind: string;
  /** With its article, to be put into a sentence. */
  label: string;
}

const SIGNATURES: readonly [offset: number, signature: string, kind: string, label: string][] = [
  [0, "\x89PNG\r\n", "png", "a PNG image"],
  [0, "\xff\xd8\xff", "jpeg", "a JPEG image"],
  [0, "GIF8", "gif", "a GIF image"],
  [8, "WEBP", "webp", "a WebP image"],
  [0, "BM", "bmp", "a BMP image"],
  [0, "II*\0", "tiff", "a TIFF image"],
  [0, "MM\0*", "tiff", "a TIFF image"],
  [0, "\0\0\x01\0", "ico", "an icon"],
  [0, "MZ", "exe", "a Windows program"],
  [0, "\x7fELF", "elf", "a Linux program"],
  [0, "\xcf\xfa\xed\xfe", "macho", "a macOS program"],
  [0, "\xca\xfe\xba\xbe", "class", "a Java class or macOS program"],
  [0, "\0asm", "wasm", "a WebAssembly module"],
  [4, "ftyp", "mp4", "a video or audio file (MP4)"],
  [0, "\x1aE\xdf\xa3", "matroska", "a video file (Matroska or WebM)"],
  [8, "AVI ", "avi", "a video file (AVI)"],
  [8, "WAVE", "wav", "an audio file (WAV)"],
  [0, "ID3", "mp3", "an audio file (MP3)"],
  [0, "\xff\xfb", "mp3", "an audio file (MP3)"],
  [0, "OggS", "ogg", "an audio or video file (Ogg)"],
  [0, "fLaC", "flac", "an audio file (FLAC)"],
  [0, "\x1f\x8b", "gzip", "a gzip archive"],
  [0, "BZh", "bzip2", "a bzip2 archive"],
  [0, "\xfd7zXZ\0", "xz", "an XZ archive"],
  [0, "(\xb5/\xfd", "zstd", "a Zstandard archive"],
  [0, "7z\xbc\xaf\x27\x1c", "7z", "a 7-Zip archive"],
  [0, "Rar!\x1a\x07", "rar", "a RAR archive"],
  [257, "ustar", "tar", "a tar archive"],
  [0, "SQLite format 3\0", "sqlite", "an SQLite database"],
  [0, "PAR1", "parquet", "a Parquet file"],
  [0, "{\\rtf", "rtf", "an RTF document"],
  [0, "%!PS", "postscript", "a PostScript file"],
  [0, "wOFF", "font", "a font"],
  [0, "wOF2", "font", "a font"],
];

/** Parts of a ZIP archive that tell what it is; the first that is found decides. */
const ZIP_PARTS: readonly [part: RegExp, kind: string, label: string][] = [
  [/^word\/document\d*\.xml$/, "docx", "a Word document"],
  [/^xl\/workbook\.(xml|bin)$/, "xlsx", "an Excel workbook"],
  [/^ppt\/presentation\.xml$/, "pptx", "a PowerPoint presentation"],
  [/^META-INF\/container\.xml$/, "epub", "an EPUB book"],
  [/^content\.xml$/, "odf", "an OpenDocument file"],
  [/^AndroidManifest\.xml$/, "apk", "an Android app"],
  [/^META-INF\/MANIFEST\.MF$/, "jar", "a Java archive"],
];

/** Names of streams in an OLE compound file ([MS-CFB]), stored as UTF-16LE. */
const OLE_STREAMS: readonly [stream: string, kind: string, label: string][] = [
  ["EncryptedPackage", "encrypted-office", "an Office document protected with a password"],
  ["WordDocument", "doc", "a Word 97-2003 document (.doc)"],
  ["Workbook", "xls", "an Excel 97-2003 workbook (.xls)"],
  ["PowerPoint Document", "ppt", "a PowerPoint 97-2003 presentation (.ppt)"],
  ["__substg1.0_", "msg", "an Outlook message (.msg)"],
];

/** What the bytes are when they carry a known binary signature; null for texts and for what is not known. */
export function detectBinary(bytes: Uint8Array): BinaryKind | null {
  if (indexOf(bytes, latin("%PDF-"), 1024) >= 0) return { kind: "pdf", label: "a PDF file" };
  if (startsWith(bytes, 0, "PK\x03\x04") || startsWith(bytes, 0, "PK\x05\x06")) return zipKind(bytes);
  if (startsWith(bytes, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return oleKind(bytes);
  for (const [offset, signature, kind, label] of SIGNATURES) {
    if (startsWith(bytes, offset, signature) && !isPlainWord(bytes, signature)) return { kind, label };
  }
  return null;
}

/** "BM" and "MZ" are also how a text may begin: a program or an image has a zero soon after. */
function isPlainWord(bytes: Uint8Array, signature: string): boolean {
  return /^[A-Z]{2,4}\d?$/.test(signature) && !bytes.subarray(0, 64).includes(0);
}

function zipKind(bytes: Uint8Array): BinaryKind {
  const names = readZipDirectory(bytes).map((entry) => entry.name);
  for (const [part, kind, label] of ZIP_PARTS) {
    if (names.some((name) => part.test(name))) return { kind, label };
  }
  return { kind: "zip", label: "a ZIP archive" };
}

function oleKind(bytes: Uint8Array): BinaryKind {
  for (const [stream, kind, label] of OLE_STREAMS) {
    if (indexOf(bytes, latin([...stream].join("\0")), bytes.length) >= 0) return { kind, label };
  }
  return { kind: "ole", label: "an OLE compound file" };
}

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function startsWith(bytes: Uint8Array, offset: number, signature: string): boolean {
  for (let at = 0; at < signature.length; at++) {
    if (bytes[offset + at] !== signature.charCodeAt(at)) return false;
  }
  return true;
}

function indexOf(bytes: Uint8Array, needle: Uint8Array, before: number): number {
  const first = needle[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0 && at < before; at = bytes.indexOf(first, at + 1)) {
    if (needle.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
