import { QUALITY_FIGURES, type Quality } from "./figures.ts";

/** The least that each figure of a set may be. */
export type Floors = Record<string, Partial<Record<keyof Quality, number>>>;

/** How far the nDCG@10 of hybrid search may lie below that of words alone. */
const MOST_BELOW_KEYWORD = 0.003;

/**
 * What fell below its floor, a sentence each; empty when all is well.
 *
 * @param keywordNdcg the set's nDCG@10 by words alone, if it was measured
 */
export function findFallen(
  set: string,
  quality: Quality,
  floors: Floors,
  keywordNdcg: number | null,
): string[] {
  const fallen = Object.entries(floors[set] ?? {}).flatMap(([name, floor]) => {
    const reached = quality[name as keyof Quality];
    if (reached === null) return [`${set}: ${name} was not measured, but has a floor of ${floor}`];
    return reached < floor ? [`${set}: ${name} is ${reached}, its floor is ${floor}`] : [];
  });
  const hybrid = quality.ndcg_at_10;
  if (keywordNdcg !== null && hybrid !== null && hybrid < keywordNdcg - MOST_BELOW_KEYWORD) {
    fallen.push(`${set}: hybrid search reaches an nDCG@10 of ${hybrid}, words alone ${keywordNdcg}`);
  }
  return fallen;
}

/** @throws Error when a floor is for a figure that does not exist: it would never be looked at */
export function readFloors(json: string): Floors {
  const floors = JSON.parse(json) as Floors;
  const known = new Set<string>(QUALITY_FIGURES);
  for (const [set, figures] of Object.entries(floors)) {
    const unknown = Object.keys(figures).filter((name) => !known.has(name));
    if (unknown.length > 0) throw new Error(`The floors of ${set} name no figure: ${unknown.join(", ")}.`);
  }
  return floors;
}
