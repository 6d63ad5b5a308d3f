import { BlobReader } from "../../workers/monitoring/chunks/blob-reader.ts";
import type { BlobRef } from "./block-store.ts";

/** Walks the series of a block, one blob in memory at a time. */
export class BlockCursor {
  readonly #read: (ref: BlobRef) => Promise<Uint8Array>;
  readonly #refs: readonly BlobRef[];
  #nextBlob = 0;
  #blob: BlobReader | null = null;
  #row = 0;

  constructor(refs: readonly BlobRef[], read: (ref: BlobRef) => Promise<Uint8Array>) {
    this.#refs = refs;
    this.#read = read;
  }

  /** The series that comes next; Infinity after the last. */
  async peek(): Promise<number> {
    return (await this.#current())?.directory.series[this.#row] ?? Number.POSITIVE_INFINITY;
  }

  /** The chunks of a series, if it is the one that comes next: they may reach from one blob into the following. */
  async take(series: number): Promise<Uint8Array[]> {
    const taken: Uint8Array[] = [];
    for (
      let blob = await this.#current();
      blob?.directory.series[this.#row] === series;
      blob = await this.#current()
    ) {
      taken.push(blob.chunk(this.#row++));
    }
    return taken;
  }

  /** The blob with the next row. */
  async #current(): Promise<BlobReader | null> {
    while (this.#blob === null || this.#row === this.#blob.directory.series.length) {
      const ref = this.#refs[this.#nextBlob];
      if (ref === undefined) return null;
      this.#nextBlob++;
      this.#blob = new BlobReader(await this.#read(ref));
      this.#row = 0;
    }
    return this.#blob;
  }
}
