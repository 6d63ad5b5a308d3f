import { BlobReader } from "../../workers/monitoring/chunks/blob-reader.ts";
import { decodeChunk } from "../../workers/monitoring/chunks/chunk.ts";
import { DamagedChunkError } from "../../workers/monitoring/chunks/damaged-chunk-error.ts";
import type { Samples } from "../../workers/monitoring/model/samples.ts";
import type { BlobRef, Block } from "./block-store.ts";
import { DamagedBlockError } from "./damaged-block-error.ts";

/**
 * Walks the series of a block of samples, one blob in memory at a time.
 *
 * @throws DamagedBlockError from all its methods, where the block is not what was written
 */
export class BlockCursor {
  readonly #read: (ref: BlobRef) => Promise<Uint8Array>;
  readonly #block: Block;
  #nextBlob = 0;
  #blob: BlobReader | null = null;
  #row = 0;

  constructor(block: Block, read: (ref: BlobRef) => Promise<Uint8Array>) {
    this.#block = block;
    this.#read = read;
  }

  /** The series that comes next; Infinity after the last. */
  async peek(): Promise<number> {
    return (await this.#current())?.directory.series[this.#row] ?? Number.POSITIVE_INFINITY;
  }

  /** The runs of a series, if it is the one that comes next: they may reach from one blob into the following. */
  async take(series: number): Promise<Samples[]> {
    const taken: Samples[] = [];
    for (
      let blob = await this.#current();
      blob?.directory.series[this.#row] === series;
      blob = await this.#current()
    ) {
      const chunk = blob.chunk(this.#row++);
      taken.push(this.#blaming(() => decodeChunk(chunk)));
    }
    return taken;
  }

  /** The blob with the next row. */
  async #current(): Promise<BlobReader | null> {
    while (this.#blob === null || this.#row === this.#blob.directory.series.length) {
      const ref = this.#block.blobs[this.#nextBlob];
      if (ref === undefined) return null;
      this.#nextBlob++;
      const bytes = await this.#read(ref);
      this.#blob = this.#blaming(() => new BlobReader(bytes));
      this.#row = 0;
    }
    return this.#blob;
  }

  #blaming<Decoded>(decode: () => Decoded): Decoded {
    try {
      return decode();
    } catch (cause) {
      if (!(cause instanceof DamagedChunkError)) throw cause;
      throw new DamagedBlockError(this.#block, cause.message, { cause });
    }
  }
}
