import type { Annotations } from "../annotations.ts";
import type { Expression, VectorSelector } from "../ast.ts";
import type { SampleStorage } from "../storage.ts";
import type { Steps, Vector } from "../values.ts";
import type { Budget } from "./budget.ts";

/** What every part of an evaluation shares. Lengths of time are in milliseconds. */
export interface Evaluation {
  readonly storage: SampleStorage;
  readonly annotations: Annotations;
  readonly budget: Budget;
  readonly lookbackDelta: number;
  /** The step of a subquery that names none. */
  readonly subqueryStep: number;
  readonly delayedNameRemoval: boolean;
  /** The selectors of whose histograms only count and sum are needed. */
  readonly totalsOnly: ReadonlySet<VectorSelector>;
  /** What `@ start()` and `@ end()` stand for. */
  readonly queryStart: number;
  readonly queryEnd: number;
  /** 0 for a query at one time. */
  readonly queryStep: number;

  /** Of an expression whose value is an instant vector. */
  vector(expression: Expression, steps: Steps): Vector;
  /** Of an expression whose value is a scalar: one value a step. */
  scalar(expression: Expression, steps: Steps): Promise<Float64Array>;
}
