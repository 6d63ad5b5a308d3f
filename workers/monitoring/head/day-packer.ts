import { type PackedBlob, packBlobs } from "../chunks/blob.ts";
import { encodeChunk } from "../chunks/chunk.ts";
import type { SeriesChunk } from "../chunks/series-chunk.ts";
import { splitRuns } from "../chunks/split-runs.ts";
import { Samples } from "../model/samples.ts";

/** A query reads whole blobs: small ones spare it what it does not ask for, large ones cost fewer rows. */
const BLOB_BYTES = 256 * 1024;
/** Two hours of a sample every 15 seconds. Longer chunks are little smaller, and are unpacked for a minute's query. */
const CHUNK_SAMPLES = 480;
/** A histogram may take hundreds of bytes. */
const CHUNK_HISTOGRAMS = 120;

/** Packs the chunks of one day into blobs. Series are to come in ascending order, those of a blob together. */
export class DayPacker {
  readonly #blobs: PackedBlob[] = [];
  #waiting: SeriesChunk[] = [];
  #waitingBytes = 0;
  #series = 0;
  #lastSeries = -1;

  /** How many series there were. */
  get series(): number {
    return this.#series;
  }

  addSamples(series: number, samples: Samples): void {
    for (const run of splitRuns(samples)) {
      const size = run.histograms === null ? CHUNK_SAMPLES : CHUNK_HISTOGRAMS;
      for (let from = 0; from < run.length; from += size) {
        this.#addRun(series, sliceSamples(run, from, from + size));
      }
    }
  }

  /** A chunk must fit into a blob: where histograms are large, it has fewer of them. */
  #addRun(series: number, run: Samples): void {
    const bytes = encodeChunk(run);
    if (bytes.length <= BLOB_BYTES / 2 || run.length === 1) {
      this.addChunk(series, bytes);
      return;
    }
    const half = run.length >>> 1;
    this.#addRun(series, sliceSamples(run, 0, half));
    this.#addRun(series, sliceSamples(run, half, run.length));
  }

  addChunk(series: number, bytes: Uint8Array): void {
    if (series !== this.#lastSeries) this.#series++;
    this.#lastSeries = series;
    this.#waiting.push({ series, bytes });
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= BLOB_BYTES) this.#pack();
  }

  /** The blobs that are full. */
  take(): PackedBlob[] {
    return this.#blobs.splice(0);
  }

  /** The blobs that are left, full or not. */
  finish(): PackedBlob[] {
    this.#pack();
    return this.take();
  }

  #pack(): void {
    this.#blobs.push(...packBlobs(this.#waiting, BLOB_BYTES));
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

/** Shares memory with the samples. */
export function sliceSamples({ times, values, histograms }: Samples, from: number, to: number): Samples {
  return new Samples(
    times.subarray(from, to),
    values.subarray(from, to),
    histograms === null ? null : histograms.slice(from, to),
  );
}
