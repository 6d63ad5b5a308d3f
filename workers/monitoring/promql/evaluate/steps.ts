import type { TimeShift } from "../ast.ts";
import type { Steps } from "../values.ts";
import type { Evaluation } from "./evaluation.ts";

/** Of an instant. */
export function oneStep(time: number): Steps {
  return { start: time, step: 1, count: 1 };
}

export function timeOf({ start, step }: Steps, index: number): number {
  return start + index * step;
}

export function lastTime(steps: Steps): number {
  return timeOf(steps, steps.count - 1);
}

/** Where a selector looks at each step: at one time for all of them, or so much before each. */
export interface Reference {
  readonly at: number | null;
  readonly offset: number;
}

export function referenceOf(
  { at, offset }: TimeShift,
  { queryStart, queryEnd }: Pick<Evaluation, "queryStart" | "queryEnd">,
): Reference {
  if (at === "start") return { at: queryStart, offset };
  if (at === "end") return { at: queryEnd, offset };
  return { at, offset };
}

export function referenceTime({ at, offset }: Reference, time: number): number {
  return (at ?? time) - offset;
}

/**
 * The steps of a subquery: the multiples of its step within the windows of all outer steps, each window without its
 * beginning.
 */
export function subquerySteps(outer: Steps, reference: Reference, window: number, step: number): Steps {
  const before = referenceTime(reference, outer.start) - window;
  const start = (Math.floor(before / step) + 1) * step;
  const end = referenceTime(reference, lastTime(outer));
  return { start, step, count: Math.max(0, Math.floor((end - start) / step) + 1) };
}
