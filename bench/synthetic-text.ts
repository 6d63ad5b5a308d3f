import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../scripts/root.ts";

/** English prose of the sample collection: its words lead the vocabulary, in order of how common they are. */
const PROSE = ["employee-handbook.md", "refund-policy-v1.md", "refund-policy-v2.md", "memo-winter-refit.txt"];
const VOCABULARY = 50_000;
/** Zipf's law as Mandelbrot corrected it: a word's frequency is 1 / (rank + offset)^exponent. */
const ZIPF = { offset: 2.7, exponent: 1.05 };
const ONSETS = [
  "b",
  "br",
  "d",
  "dr",
  "f",
  "g",
  "gr",
  "k",
  "l",
  "m",
  "n",
  "p",
  "pr",
  "r",
  "s",
  "st",
  "t",
  "v",
];
const VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "ou"];
const SENTENCE = { shortest: 6, longest: 24 };

/** Makes text that a search engine cannot tell from prose by its word frequencies. The same seed, the same text. */
export interface TextSource {
  /** Sentences of about `words` words in all. */
  passage(words: number): string;
  title(): string;
}

export type TextSourceOf = (seed: number) => TextSource;

export async function readVocabulary(): Promise<TextSourceOf> {
  const texts = await Promise.all(PROSE.map((name) => readFile(join(ROOT, "samples", name), "utf8")));
  const words = vocabularyFrom(texts.join("\n"));
  const shares = cumulate(words.map((_, rank) => 1 / (rank + ZIPF.offset) ** ZIPF.exponent));
  return (seed) => textSource(words, shares, seed);
}

/**
 * A question about a passage: words that follow each other in it, none of them the most common.
 *
 * @param random from 0 to 1
 */
export function askAbout(passage: string, random: number): string {
  const words = passage.split(/[\s.]+/).filter((word) => word.length > 3);
  const from = Math.floor(random * Math.max(1, words.length - 6));
  return `What is said about ${words
    .slice(from, from + 6)
    .join(" ")
    .toLowerCase()}?`;
}

function textSource(words: readonly string[], shares: Float64Array, seed: number): TextSource {
  const random = randomFrom(seed);
  const draw = () => words[findShare(shares, random())] ?? "";
  const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  return {
    passage(wanted) {
      const sentences: string[] = [];
      for (let written = 0; written < wanted; ) {
        const { shortest, longest } = SENTENCE;
        const length = shortest + Math.floor(random() * (longest - shortest));
        sentences.push(`${capitalised(Array.from({ length }, draw).join(" "))}.`);
        written += length;
      }
      return sentences.join(" ");
    },
    title: () => capitalised(Array.from({ length: 4 }, draw).join(" ")),
  };
}

function vocabularyFrom(prose: string): string[] {
  const counts = new Map<string, number>();
  for (const [word] of prose.toLowerCase().matchAll(/[a-z]+/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  const random = randomFrom(1);
  const pick = (parts: readonly string[]) => parts[Math.floor(random() * parts.length)] ?? "";
  const known = new Set(words);
  while (known.size < VOCABULARY) {
    const syllables = 2 + Math.floor(random() * 3);
    known.add(Array.from({ length: syllables }, () => pick(ONSETS) + pick(VOWELS)).join(""));
  }
  return [...known];
}

/** Running sums, scaled so that the last is 1. */
function cumulate(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((weight, place) => {
    sum += weight;
    sums[place] = sum;
  });
  return sums.map((value) => value / sum);
}

/** The first place whose running sum reaches the value. */
function findShare(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] ?? 1) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Numbers from 0 to 1 in an order that the seed decides: mulberry32 (Tommy Ettinger, public domain). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
