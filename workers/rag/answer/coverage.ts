import type { AskedQuestion } from "./asked-question.ts";
import type { Evidence } from "./evidence.ts";

/** The weighted fraction of the question's words that is held. */
export function covered(held: Float64Array, { words, totalWeight }: AskedQuestion): number {
  if (totalWeight === 0) return 0;
  return words.reduce((sum, { weight }, at) => sum + weight * (held[at] ?? 0), 0) / totalWeight;
}

/** The weighted fraction of the question's neighbouring words that stand together. */
export function pairsHeld({ follows }: Evidence, { words }: AskedQuestion): number {
  let all = 0;
  let held = 0;
  words.forEach(({ weight, after }, at) => {
    const first = words[after];
    if (first === undefined) return;
    all += weight + first.weight;
    if (follows[at] === 1) held += weight + first.weight;
  });
  return all === 0 ? 0 : held / all;
}

/** For each word of the question, the most that any of several places holds of it. */
export function together(first: Float64Array, ...others: (Float64Array | undefined)[]): Float64Array {
  const held = first.slice();
  for (const other of others) {
    other?.forEach((degree, at) => {
      held[at] = Math.max(held[at] ?? 0, degree);
    });
  }
  return held;
}
