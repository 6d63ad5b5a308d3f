import type { Segment } from "../index/segment.ts";
import { TopK } from "../index/top-k.ts";
import type { Visibility } from "../index/visibility.ts";
import type { DotProducts } from "../vectors/dot-products.ts";

/** A chunk by its number: its place when all segments stand in a row. */
export interface Candidate {
  number: number;
  score: number;
}

interface Searched {
  segments: readonly Segment[];
  eligible: Visibility;
  dotProducts: DotProducts;
}

/** How many are taken by words and how many by vectors. */
const CANDIDATES = 100;
/** The dot product of two unit vectors scaled to int8 that point the same way. */
const UNIT = 127 * 127;

/** The eligible chunks with the highest scores above zero, best first. */
export function nearestByWords({ segments, eligible }: Searched, scores: Float64Array): Candidate[] {
  const best = new TopK(CANDIDATES);
  let threshold = best.threshold;
  let base = 0;
  segments.forEach(({ size }, index) => {
    const mask = eligible.masks[index] ?? null;
    for (let place = 0; place < size; place++) {
      const score = scores[base + place] ?? 0;
      if (score > 0 && score > threshold && (mask === null || mask[place] === 1)) {
        best.offer(base + place, score);
        threshold = best.threshold;
      }
    }
    base += size;
  });
  return best.ranked();
}

/** The eligible chunks whose vectors have the highest cosine with the query's, best first. */
export function nearestByVector(
  { segments, eligible, dotProducts }: Searched,
  query: Int8Array,
): Candidate[] {
  const best = new TopK(CANDIDATES);
  let threshold = best.threshold;
  const products = new Int32Array(segments.reduce((most, { size }) => Math.max(most, size), 0));
  let base = 0;
  segments.forEach(({ size, stride, vectors }, index) => {
    if (stride >= query.length) {
      const mask = eligible.masks[index] ?? null;
      dotProducts(vectors, stride, query, products);
      for (let place = 0; place < size; place++) {
        const product = products[place] ?? 0;
        if (product > 0 && product > threshold && (mask === null || mask[place] === 1)) {
          best.offer(base + place, product);
          threshold = best.threshold;
        }
      }
    }
    base += size;
  });
  return best.ranked().map(({ number, score }) => ({ number, score: score / UNIT }));
}
