import { gzipSync, strToU8, zipSync } from "fflate";

/** The EICAR test file, put together here so that no scanner takes this source for it. */
export const TEST_FILE = strToU8(
  ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"].join(""),
);

/** One way to pack a file. */
export const PACKINGS = {
  deflated: (file: Uint8Array) => zipSync({ "a/../../b.txt": file }, { level: 9 }),
  stored: (file: Uint8Array) => zipSync({ "kept.bin": [file, { level: 0 }] }),
  gzip: (file: Uint8Array) => gzipSync(file),
  docx: (file: Uint8Array) =>
    zipSync({
      "[Content_Types].xml": strToU8("<Types/>"),
      "word/document.xml": strToU8("<w:document/>"),
      "word/embeddings/object.bin": file,
    }),
} as const;

export type Packing = keyof typeof PACKINGS;

export const pack = (file: Uint8Array, packings: readonly Packing[]): Uint8Array =>
  packings.reduce((packed, packing) => PACKINGS[packing](packed), file);

export function join(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
