/** Stored bytes that are not what was written: cut short, changed, or of a version that this code does not know. */
export class DamagedChunkError extends Error {
  override readonly name = "DamagedChunkError";
}

/** Runs a decoder; an end that comes too early, wherever the decoder meets it, is damage. */
export function decoding<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof RangeError) throw new DamagedChunkError(`A ${what} cannot be read.`, { cause });
    throw cause;
  }
}
