import { fold } from "../../rag/analyze/fold.ts";
import { detectLanguage } from "../../rag/analyze/language.ts";
import type { Language } from "../../rag/analyze/stopwords.ts";
import { scanWords } from "../../rag/analyze/words.ts";
import type { EmbeddingModel } from "../../rag/embedding-port.ts";
import { hashTerm, streamHash } from "../../rag/index/term-hash.ts";

/** What the embedded model is, known before its file is read. */
export const STATIC_VECTORS = { id: "glove-6b-100d-static-1", dimensions: 100, denseWeight: 0.05 } as const;

/**
 * The file's layout, little-endian: magic, version, words, dimensions (four u32); the words' hashes (u32,
 * ascending); one row of int8 components a word, its weight baked in. `models/build-static-vectors.ts` writes it.
 */
export const VECTOR_FILE = { magic: 0x53564543, version: 1, headerBytes: 16 } as const;

/** The hash that a word is filed under. */
export function hashWord(foldedWord: string): number {
  return streamHash(hashTerm(foldedWord));
}

/**
 * The embedded model: a text's vector is the sum of its words' vectors (Arora et al., "A simple but tough-to-beat
 * baseline for sentence embeddings", 2017). Knows English only; a text in another language gets no vector.
 *
 * @param file the content of `static-vectors.bin`
 * @throws Error when the file is something else
 */
export function loadStaticVectors(file: ArrayBuffer): EmbeddingModel {
  const [magic, version, count = 0, dimensions = 0] = new Uint32Array(file, 0, 4);
  const { headerBytes } = VECTOR_FILE;
  const isWhole =
    file.byteLength === headerBytes + count * (4 + dimensions) && dimensions === STATIC_VECTORS.dimensions;
  if (magic !== VECTOR_FILE.magic || version !== VECTOR_FILE.version || !isWhole) {
    throw new Error("The file is not a table of static vectors that this version can read.");
  }
  const hashes = new Uint32Array(file, headerBytes, count);
  const rows = new Int8Array(file, headerBytes + 4 * count);

  const embedOne = (text: string): Int8Array | null => {
    if (!ENGLISH.has(detectLanguage(text))) return null;
    const sum = new Float64Array(dimensions);
    let known = 0;
    scanWords(text, (_kind, start, end) => {
      const row = findHash(hashes, hashWord(fold(text.slice(start, end))));
      if (row < 0) return;
      known++;
      for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + (rows[row * dimensions + i] ?? 0);
    });
    return known === 0 ? null : toUnitInt8(sum);
  };

  return { ...STATIC_VECTORS, embed: async (texts) => texts.map(embedOne) };
}

/** Names and loan words of another language would stand for all of a text. */
const ENGLISH: ReadonlySet<Language> = new Set<Language>(["en", "und"]);

function findHash(hashes: Uint32Array, hash: number): number {
  let low = 0;
  let high = hashes.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = hashes[middle] ?? 0;
    if (found === hash) return middle;
    if (found < hash) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Scales a vector to length 127 and rounds it; a vector of zeros means nothing. */
function toUnitInt8(vector: Float64Array): Int8Array | null {
  const length = Math.hypot(...vector);
  return length === 0 ? null : Int8Array.from(vector, (component) => Math.round((component / length) * 127));
}
