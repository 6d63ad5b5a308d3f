import type { Histogram } from "../../model/histogram.ts";
import type { Binary } from "../ast.ts";
import { ABSENT, FLOAT, type StepSeries } from "../values.ts";
import { ARITHMETIC, type Arithmetic, COMPARISONS, type Comparison } from "./arithmetic.ts";
import type { Evaluation } from "./evaluation.ts";
import { combineHistograms } from "./histogram-operation.ts";
import { notesAbout } from "./remark.ts";
import { setStep } from "./step-series.ts";

/** One operand over all steps: a series, or a scalar, which is a float at each. */
export interface Operand {
  /** Null: a float at every step. */
  readonly kinds: Uint8Array | null;
  readonly values: Float64Array;
  readonly histograms: readonly (Histogram | null)[] | null;
}

export function constantOperand(value: number, count: number): Operand {
  return { kinds: null, values: new Float64Array(count).fill(value), histograms: null };
}

/**
 * An arithmetic operator or a comparison, applied to two operands at every step where both have a value (Prometheus:
 * promql/engine.go, vectorElemBinop).
 */
export class BinaryOperation {
  readonly #node: Binary;
  readonly #note: ReturnType<typeof notesAbout>;
  readonly #compute: Arithmetic | undefined;
  readonly #compare: Comparison | undefined;
  /** A comparison that filters keeps this side's value: the vector's, where the other one is a scalar. */
  readonly #keepsRight: boolean;

  constructor(node: Binary, evaluation: Pick<Evaluation, "annotations">, keepsRight = false) {
    this.#node = node;
    this.#note = notesAbout(node.range, evaluation);
    this.#compute = ARITHMETIC.get(node.operator);
    this.#compare = COMPARISONS.get(node.operator);
    this.#keepsRight = keepsRight;
  }

  /** Whether the result is of another metric than the operands are. */
  get derives(): boolean {
    return this.#node.returnsBool || this.#compute !== undefined;
  }

  apply(left: Operand, right: Operand, result: StepSeries): void {
    const { kinds, values } = result;
    const compute = this.#compute;
    const compare = this.#compare;
    const kept = this.#keepsRight ? right.values : left.values;
    const { returnsBool } = this.#node;
    for (let step = 0; step < kinds.length; step++) {
      const leftKind = left.kinds === null ? FLOAT : left.kinds[step];
      const rightKind = right.kinds === null ? FLOAT : right.kinds[step];
      if (leftKind === ABSENT || rightKind === ABSENT) continue;
      if (leftKind !== FLOAT || rightKind !== FLOAT) this.#applyToHistograms(left, right, step, result);
      else if (compute !== undefined) {
        kinds[step] = FLOAT;
        values[step] = compute(left.values[step] ?? 0, right.values[step] ?? 0);
      } else if (compare === undefined) this.#applyToHistograms(left, right, step, result);
      else {
        const holds = compare(left.values[step] ?? 0, right.values[step] ?? 0);
        if (!holds && !returnsBool) continue;
        kinds[step] = FLOAT;
        values[step] = returnsBool ? Number(holds) : (kept[step] ?? 0);
      }
    }
  }

  #applyToHistograms(left: Operand, right: Operand, step: number, result: StepSeries): void {
    const { operator, returnsBool } = this.#node;
    const combined = combineHistograms(operator, elementAt(left, step), elementAt(right, step), this.#note);
    if (combined === null) return;
    if (typeof combined !== "boolean") setStep(result, step, combined);
    else if (returnsBool) setStep(result, step, Number(combined));
    else if (combined) setStep(result, step, elementAt(left, step));
  }
}

function elementAt({ values, histograms }: Operand, step: number): number | Histogram {
  return histograms?.[step] ?? values[step] ?? Number.NaN;
}
