import { hashTerm } from "../index/term-hash.ts";
import {
  AskedDocument,
  type DocumentDescription,
  labelsOf,
  SHORTEST_BEGINNING,
} from "./document-affinity.ts";
import { readLabel } from "./document-label.ts";

/** Additions that are sorted into the columns together. */
const RECENT = 4_096;
/** A name that more documents than this carry means none of them. */
const MOST_NAMED = 500;
/** The least share of a label that must be named, and of what the best named document has. */
const LEAST_NAMED = 0.4;
const NEAR_BEST = 0.8;
/** What a name alone is worth, and what the right period and kind add to it. */
const NAMED = 0.6;
const QUALIFIED = 0.6;
/** The least share of the surest document's worth: a report of another year than asked for falls below. */
const NEAR_SUREST = 0.8;

/**
 * Knows document versions by the words of their names, titles and metadata, in two columns of numbers. Rows that
 * were erased or renamed may linger: what is found is judged by the description as it is now.
 */
export class DocumentNames {
  #hashes = new Float64Array(0);
  #rows = new Uint32Array(0);
  #recent = new Map<number, number[]>();
  #recentCount = 0;

  add(row: number, document: DocumentDescription): void {
    for (const name of new Set(labelsOf(document).flatMap((label) => readLabel(label).names))) {
      for (let length = Math.min(SHORTEST_BEGINNING, name.length); length <= name.length; length++) {
        const hash = hashTerm(name.slice(0, length));
        const rows = this.#recent.get(hash);
        if (rows === undefined) this.#recent.set(hash, [row]);
        else rows.push(row);
        this.#recentCount++;
      }
    }
    if (this.#recentCount > RECENT + this.#hashes.length / 4) this.#sortIn();
  }

  /**
   * The versions that a question means by name, each with how surely, up to 1.2; none when it names no document,
   * or as good as all of them.
   *
   * @param rows marks of the versions that may be found
   */
  find(
    question: string,
    rows: Uint8Array,
    describe: (row: number) => DocumentDescription | undefined,
  ): Map<number, number> {
    const asked = new AskedDocument(question);
    const fits: { row: number; named: number; qualified: number | null }[] = [];
    for (const row of this.#lookUp(asked.names, rows)) {
      const document = describe(row);
      const fit = document === undefined ? null : asked.fit(document);
      if (fit !== null) fits.push({ row, ...fit });
    }
    const best = Math.max(0, ...fits.map(({ named }) => named));
    const meant = fits.filter(({ named }) => named >= LEAST_NAMED && named >= best * NEAR_BEST);
    const findable = rows.reduce((count, mark) => count + mark, 0);
    if (meant.length * 2 > findable && !meant.some(({ qualified }) => qualified !== null)) return new Map();
    const sure = meant.map(({ row, named, qualified }) => ({
      row,
      affinity: named * (NAMED + QUALIFIED * (qualified ?? 0)),
    }));
    const least = NEAR_SUREST * Math.max(0, ...sure.map(({ affinity }) => affinity));
    return new Map(
      sure.filter(({ affinity }) => affinity >= least).map(({ row, affinity }) => [row, affinity]),
    );
  }

  #lookUp(names: ReadonlySet<string>, rows: Uint8Array): Set<number> {
    const found = new Set<number>();
    for (const name of names) {
      const hash = hashTerm(name);
      const carriers = [...this.#sorted(hash), ...(this.#recent.get(hash) ?? [])].filter(
        (row) => rows[row] === 1,
      );
      if (carriers.length <= MOST_NAMED) for (const row of carriers) found.add(row);
    }
    return found;
  }

  #sorted(hash: number): Uint32Array {
    let first = 0;
    for (let width = this.#hashes.length; width > 0; ) {
      const half = width >> 1;
      if ((this.#hashes[first + half] ?? 0) < hash) {
        first += half + 1;
        width -= half + 1;
      } else width = half;
    }
    let end = first;
    while (this.#hashes[end] === hash) end++;
    return this.#rows.subarray(first, end);
  }

  #sortIn(): void {
    const pairs: [number, number][] = [];
    this.#hashes.forEach((hash, i) => {
      pairs.push([hash, this.#rows[i] ?? 0]);
    });
    for (const [hash, rows] of this.#recent) for (const row of rows) pairs.push([hash, row]);
    pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    this.#hashes = Float64Array.from(pairs, ([hash]) => hash);
    this.#rows = Uint32Array.from(pairs, ([, row]) => row);
    this.#recent = new Map();
    this.#recentCount = 0;
  }
}
