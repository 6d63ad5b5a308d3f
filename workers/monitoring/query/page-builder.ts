import type { ChunkPage, PageCursor, SeriesPage } from "./shard-reader.ts";

/** Puts a page of series together. */
export class SeriesPageBuilder {
  readonly #labels: Uint8Array[] = [];
  #labelBytes = 0;

  get series(): number {
    return this.#labels.length;
  }

  get bytes(): number {
    return this.#labelBytes;
  }

  /** @param labels are copied when the page is finished */
  addSeries(labels: Uint8Array): void {
    this.#labels.push(labels);
    this.#labelBytes += labels.length;
  }

  finish(next: PageCursor): SeriesPage {
    return { labelBytes: joinBytes(this.#labels), labelEnds: endsOf(this.#labels), next };
  }
}

/** Puts a page of series and their chunks together; a chunk belongs to the series that was added last. */
export class ChunkPageBuilder {
  readonly #series = new SeriesPageBuilder();
  readonly #chunks: Uint8Array[] = [];
  readonly #counts: number[] = [];
  #chunkBytes = 0;

  get bytes(): number {
    return this.#series.bytes + this.#chunkBytes;
  }

  add(labels: Uint8Array, chunks: readonly Uint8Array[]): void {
    this.#series.addSeries(labels);
    for (const chunk of chunks) {
      this.#chunks.push(chunk);
      this.#chunkBytes += chunk.length;
    }
    this.#counts.push(this.#chunks.length);
  }

  finish(next: PageCursor): ChunkPage {
    return {
      ...this.#series.finish(next),
      chunkCounts: Uint32Array.from(this.#counts),
      chunkEnds: endsOf(this.#chunks),
      chunkBytes: joinBytes(this.#chunks),
    };
  }
}

function endsOf(parts: readonly Uint8Array[]): Uint32Array {
  const ends = new Uint32Array(parts.length);
  let end = 0;
  for (const [place, part] of parts.entries()) {
    end += part.length;
    ends[place] = end;
  }
  return ends;
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
