/** What the scanner calls it, as others do. */
export const TEST_FILE_THREAT = "EICAR-Test-File";

/**
 * The 68 bytes of the anti-malware test file (eicar.org, "Anti Malware Testfile", 2003). In two halves, or this
 * source and what is built from it would be taken for the file.
 */
const SIGNATURE = new TextEncoder().encode(
  ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join(""),
);
const LAST = SIGNATURE.length - 1;

/** How far the signature may move when the byte at its end is this one (Horspool, 1980). */
const SHIFTS = new Uint8Array(256).fill(SIGNATURE.length);
for (const [position, byte] of SIGNATURE.subarray(0, LAST).entries()) SHIFTS[byte] = LAST - position;

/** Whether the test file stands anywhere in the bytes. */
export function holdsTestFile(bytes: Uint8Array): boolean {
  for (let end = LAST; end < bytes.length; end += SHIFTS[bytes[end] ?? 0] ?? 1) {
    let back = 0;
    while (back <= LAST && bytes[end - back] === SIGNATURE[LAST - back]) back += 1;
    if (back > LAST) return true;
  }
  return false;
}

/** Looks for the test file in bytes that come in pieces, however they are cut. */
export class TestFileSearch {
  found = false;
  #tail = new Uint8Array();

  look(piece: Uint8Array): void {
    if (this.found) return;
    const seam = new Uint8Array(this.#tail.length + Math.min(piece.length, LAST));
    seam.set(this.#tail);
    seam.set(piece.subarray(0, LAST), this.#tail.length);
    this.found = holdsTestFile(seam) || holdsTestFile(piece);
    this.#tail = (piece.length < LAST ? seam : piece).slice(-LAST);
  }
}
