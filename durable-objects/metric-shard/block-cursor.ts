import { BlobReader } from "../../workers/monitoring/chunks/blob-reader.ts";
import type { SeriesChunk } from "../../workers/monitoring/chunks/series-chunk.ts";
import type { BlobRef } from "./block-store.ts";

/** Walks the series of a block, one blob in memory at a time. */
export class BlockCursor {
  readonly #read: (ref: BlobRef) => Promise<Uint8Array>;
  readonly #refs: readonly BlobRef[];
  #nextBlob = 0;
  #chunks: SeriesChunk[] = [];
  #at = 0;

  constructor(refs: readonly BlobRef[], read: (ref: BlobRef) => Promise<Uint8Array>) {
    this.#refs = refs;
    this.#read = read;
  }

  /** The series that comes next; Infinity after the last. */
  async peek(): Promise<number> {
    return (await this.#current())?.series ?? Number.POSITIVE_INFINITY;
  }

  /** The chunks of a series, if it is the one that comes next: they may reach from one blob into the following. */
  async take(series: number): Promise<Uint8Array[]> {
    const taken: Uint8Array[] = [];
    for (let chunk = await this.#current(); chunk?.series === series; chunk = await this.#current()) {
      taken.push(chunk.bytes);
      this.#at++;
    }
    return taken;
  }

  async #current(): Promise<SeriesChunk | undefined> {
    while (this.#at === this.#chunks.length) {
      const ref = this.#refs[this.#nextBlob];
      if (ref === undefined) return undefined;
      this.#nextBlob++;
      this.#chunks = [...new BlobReader(await this.#read(ref)).chunks()];
      this.#at = 0;
    }
    return this.#chunks[this.#at];
  }
}
