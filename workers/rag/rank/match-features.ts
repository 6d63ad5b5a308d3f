import { streamHash } from "../index/term-hash.ts";
import type { QuestionWord } from "./question.ts";

/** How a chunk's words agree with the question's, each a share between 0 and 1. */
export interface MatchFeatures {
  /** Of the question's pairs of neighbouring words, those that stand near one another in the chunk, by how near. */
  bigram: number;
  /** Of the question's words, those in the best window of 15 words: about a sentence. */
  sentence: number;
  /** Of the question's words, those in the best window of 40 words. */
  window: number;
  /** Of the question's words, those in the chunk's title and headings. */
  title: number;
  /** Of the question's numbers, those in the chunk. */
  number: number;
}

const SENTENCE_WORDS = 15;
const WINDOW_WORDS = 40;
/**
 * What a pair counts by the distance of its words: the question's stop words are gone and the chunk's are not,
 * so that neighbours in the question need not be neighbours in the chunk.
 */
const CLOSENESS = [0, 1, 0.8, 0.8, 0.4, 0.4] as const;
/** What a pair in the other order counts of that. */
const REVERSED = 0.6;

/** Matches chunks with one question. Words count by their weight (their inverse document frequency). */
export class QuestionMatcher {
  readonly #wordOf = new Map<number, number>();
  readonly #weights: Float64Array;
  readonly #numbers: number[];
  readonly #total: number;
  readonly #pairTotal: number;

  constructor(words: readonly QuestionWord[], weights: readonly number[]) {
    this.#weights = Float64Array.from(words, () => 0);
    words.forEach(({ forms }, word) => {
      const known = forms.map(streamHash).find((form) => this.#wordOf.has(form));
      if (known !== undefined) return;
      for (const form of forms) this.#wordOf.set(streamHash(form), word);
      this.#weights[word] = weights[word] ?? 0;
    });
    this.#numbers = words.flatMap(({ isNumber }, word) =>
      isNumber && (this.#weights[word] ?? 0) > 0 ? [word] : [],
    );
    this.#total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    let pairs = 0;
    for (let word = 0; word + 1 < words.length; word++) pairs += this.#pairWeight(word);
    this.#pairTotal = pairs;
  }

  /** @param stream a chunk's words as `wordStream` gives them */
  match(stream: Uint32Array): MatchFeatures {
    const titleEnd = 1 + (stream[0] ?? 0);
    const inTitle = new Uint8Array(this.#weights.length);
    for (let i = 1; i < titleEnd; i++) {
      const word = this.#wordOf.get(stream[i] ?? 0);
      if (word !== undefined) inTitle[word] = 1;
    }
    const places: number[] = [];
    const found: number[] = [];
    for (let i = titleEnd; i < stream.length; i++) {
      const word = this.#wordOf.get(stream[i] ?? 0);
      if (word === undefined) continue;
      places.push(i);
      found.push(word);
    }
    const isFound = new Set(found);
    const numbersFound = this.#numbers.filter((word) => isFound.has(word) || inTitle[word] === 1).length;
    return {
      bigram: this.#pairShare(places, found),
      sentence: this.#bestWindow(places, found, SENTENCE_WORDS),
      window: this.#bestWindow(places, found, WINDOW_WORDS),
      title: this.#total === 0 ? 0 : this.#sum(inTitle) / this.#total,
      number: this.#numbers.length === 0 ? 0 : numbersFound / this.#numbers.length,
    };
  }

  #pairWeight(word: number): number {
    return (this.#weights[word] ?? 0) + (this.#weights[word + 1] ?? 0);
  }

  #sum(marks: Uint8Array): number {
    return marks.reduce((sum, mark, word) => sum + mark * (this.#weights[word] ?? 0), 0);
  }

  #pairShare(places: readonly number[], found: readonly number[]): number {
    if (this.#pairTotal === 0) return 0;
    const nearest = new Float64Array(this.#weights.length);
    for (let i = 0; i < places.length; i++) {
      const first = found[i] ?? 0;
      for (let j = i + 1; j < places.length; j++) {
        const closeness = CLOSENESS[(places[j] ?? 0) - (places[i] ?? 0)];
        if (closeness === undefined) break;
        const second = found[j] ?? 0;
        if (second === first + 1) nearest[first] = Math.max(nearest[first] ?? 0, closeness);
        else if (first === second + 1) nearest[second] = Math.max(nearest[second] ?? 0, closeness * REVERSED);
      }
    }
    return nearest.reduce((sum, share, word) => sum + share * this.#pairWeight(word), 0) / this.#pairTotal;
  }

  #bestWindow(places: readonly number[], found: readonly number[], width: number): number {
    if (this.#total === 0) return 0;
    const counts = new Uint16Array(this.#weights.length);
    let sum = 0;
    let best = 0;
    let first = 0;
    for (let i = 0; i < places.length; i++) {
      const word = found[i] ?? 0;
      if (counts[word] === 0) sum += this.#weights[word] ?? 0;
      counts[word] = (counts[word] ?? 0) + 1;
      for (; (places[i] ?? 0) - (places[first] ?? 0) >= width; first++) {
        const left = found[first] ?? 0;
        counts[left] = (counts[left] ?? 0) - 1;
        if (counts[left] === 0) sum -= this.#weights[left] ?? 0;
      }
      best = Math.max(best, sum);
    }
    return best / this.#total;
  }
}
