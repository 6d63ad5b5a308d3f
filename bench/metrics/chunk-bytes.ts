import { packBlobs } from "../../workers/monitoring/chunks/blob.ts";
import { decodeChunk, encodeChunk, encodeRawChunk } from "../../workers/monitoring/chunks/chunk.ts";
import { RESOLUTIONS } from "../../workers/monitoring/head/shard-settings.ts";
import { rollUp } from "../../workers/monitoring/rollups/rollup.ts";
import { encodeRollup } from "../../workers/monitoring/rollups/rollup-chunk.ts";
import { randomFrom } from "../synthetic-text.ts";
import { makeSeries, SHAPES } from "./series-shapes.ts";

export interface ChunkSize {
  shape: string;
  /** Of whole chunks, with header and checksum, as they stand in a blob with its directory. */
  bytesASample: number;
  /** Bytes of a one-minute rollup, for each of its buckets. */
  bytesABucket: number;
  /** Samples a second. */
  encoded: number;
  decoded: number;
  rawEncoded: number;
  rawDecoded: number;
}

const SERIES = 60;
const BLOB_BYTES = 1 << 20;
const ROUNDS = 12;
const TURNS = 10;

/** @param length samples in a chunk */
export function measureChunks(length = 240): ChunkSize[] {
  return Object.entries(SHAPES).map(([name, shape]) => {
    const random = randomFrom(1);
    const series = Array.from({ length: SERIES }, (_, number) => makeSeries(shape, random, number, length));
    const chunks = series.map(encodeChunk);
    const raw = series.map(encodeRawChunk);
    const rollups = series.map((samples) => rollUp(samples, RESOLUTIONS["1m"]));
    const blobs = packBlobs(
      chunks.map((bytes, number) => ({ series: number, bytes })),
      BLOB_BYTES,
    );
    const samples = SERIES * length;
    return {
      shape: name,
      bytesASample: bytesOf(blobs.map(({ bytes }) => bytes)) / samples,
      bytesABucket:
        bytesOf(rollups.map(encodeRollup)) / rollups.reduce((total, { start }) => total + start.length, 0),
      encoded: rateOf(samples, () => series.forEach(encodeChunk)),
      decoded: rateOf(samples, () => chunks.forEach(decodeChunk)),
      rawEncoded: rateOf(samples, () => series.forEach(encodeRawChunk)),
      rawDecoded: rateOf(samples, () => raw.forEach(decodeChunk)),
    };
  });
}

export function formatChunks(sizes: readonly ChunkSize[]): string {
  const million = (rate: number) => (rate / 1e6).toFixed(0).padStart(5);
  return [
    "Chunks: bytes a sample in a blob, bytes a one-minute bucket, and million samples a second",
    "                             sample  bucket   encode decode   raw: encode decode",
    ...sizes.map(
      ({ shape, bytesASample, bytesABucket, encoded, decoded, rawEncoded, rawDecoded }) =>
        `  ${shape.padEnd(26)} ${bytesASample.toFixed(2).padStart(6)}  ${bytesABucket.toFixed(2).padStart(6)}   ` +
        ` ${million(encoded)}  ${million(decoded)}          ${million(rawEncoded)}  ${million(rawDecoded)}`,
    ),
  ].join("\n");
}

function bytesOf(all: readonly Uint8Array[]): number {
  return all.reduce((total, { length }) => total + length, 0);
}

/** The best of some rounds, since others use the machine, too. */
function rateOf(samples: number, work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    for (let turn = 0; turn < TURNS; turn += 1) work();
    least = Math.min(least, performance.now() - startedAt);
  }
  return (samples * TURNS * 1000) / least;
}
