import { type BlobDirectory, findRows, readDirectory } from "./blob-directory.ts";
import { DamagedChunkError, decoding } from "./damaged-chunk-error.ts";
import { joinFrame } from "./frame.ts";
import type { SeriesChunk } from "./series-chunk.ts";

/**
 * Finds chunks in a blob. A chunk that is taken out is whole again, byte by byte what was packed, with its own
 * checksum; the other chunks are not touched.
 *
 * @throws DamagedChunkError when the directory is not what was written, or the blob is longer or shorter; damage
 *   elsewhere shows when a chunk is decoded
 */
export class BlobReader {
  readonly directory: BlobDirectory;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.directory = decoding("blob", () => readDirectory(bytes));
    if (this.directory.size !== bytes.length) throw new DamagedChunkError("A blob is not as long as it was.");
  }

  /** The chunks of a series that have samples from `start` to `end`, both included, by their start. */
  find(series: number, start: number, end: number): Uint8Array<ArrayBuffer>[] {
    return findRows(this.directory, series, start, end).map((row) => this.chunk(row));
  }

  /** The chunk of a row of the directory. */
  chunk(row: number): Uint8Array<ArrayBuffer> {
    const { head, timePart, timePartOffset, timePartLength, offset, length } = this.directory;
    const part = timePart[row] ?? 0;
    return joinFrame({
      head: head[row] ?? 0,
      timePart: this.#slice(timePartOffset[part], timePartLength[part]),
      valuePart: this.#slice(offset[row], length[row]),
    });
  }

  /** All chunks, by series and start. */
  *chunks(): Generator<SeriesChunk> {
    for (const [row, series] of this.directory.series.entries()) yield { series, bytes: this.chunk(row) };
  }

  #slice(offset = 0, length = 0): Uint8Array {
    return this.#bytes.subarray(offset, offset + length);
  }
}
