import type { AnnotationLevel } from "../annotations.ts";
import type { Call } from "../ast.ts";
import type { CallContext } from "../functions/function.ts";
import { valueType } from "../syntax/value-type.ts";
import type { Steps } from "../values.ts";
import type { Evaluation } from "./evaluation.ts";
import { type Note, notesOn } from "./remark.ts";
import { timeOf } from "./steps.ts";
import { withoutParens } from "./without-parens.ts";

/** What a function may know beside its series, moved from step to step and from series to series. */
export class StepContext implements CallContext {
  readonly scalars: number[];
  readonly strings: readonly string[];
  time = 0;
  metricName = "";
  readonly #steps: Steps;
  readonly #columns: readonly (Float64Array | null)[];
  readonly #varies: boolean;
  readonly #note: Note;

  private constructor(
    steps: Steps,
    columns: readonly (Float64Array | null)[],
    strings: readonly string[],
    note: Note,
  ) {
    this.#steps = steps;
    this.#columns = columns;
    this.#varies = columns.some((column) => column !== null);
    this.#note = note;
    this.strings = strings;
    this.scalars = columns.map(() => Number.NaN);
  }

  /** Evaluates the scalars among a call's arguments. */
  static async of(evaluation: Evaluation, call: Call, steps: Steps): Promise<StepContext> {
    const columns: (Float64Array | null)[] = [];
    for (const argument of call.arguments) {
      columns.push(valueType(argument) === "scalar" ? await evaluation.scalar(argument, steps) : null);
    }
    const strings = call.arguments.map(withoutParens).map((it) => (it.type === "string" ? it.value : ""));
    return new StepContext(steps, columns, strings, notesOn(call, evaluation));
  }

  moveTo(step: number): void {
    this.time = timeOf(this.#steps, step);
    if (!this.#varies) return;
    for (let at = 0; at < this.scalars.length; at++) {
      this.scalars[at] = this.#columns[at]?.[step] ?? Number.NaN;
    }
  }

  note(level: AnnotationLevel, message: string, argument: number): void {
    this.#note(level, message, argument);
  }
}
