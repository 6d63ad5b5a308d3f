import type { Histogram } from "../../model/histogram.ts";
import type { Samples } from "../../model/samples.ts";
import type { AnnotationLevel } from "../annotations.ts";
import type { Expression, ValueType } from "../ast.ts";
import type { StepSeries, Steps, Vector } from "../values.ts";

/** What a function takes and gives, as the type check reads it. */
export interface Signature {
  readonly name: string;
  readonly arguments: readonly ValueType[];
  /** How many of the last arguments may be left out; -1: the last may stand any number of times, or not at all. */
  readonly optional: number;
  readonly returns: ValueType;
  readonly isExperimental: boolean;
}

/** The samples of one series in a window; the object is used again for the next step. */
export interface Window {
  /** Without stale markers. */
  samples: Samples;
  /** The window's samples are those from `from` up to, not including, `to`: at least one. */
  from: number;
  to: number;
  /** The window's bounds in milliseconds: after `start`, up to and including `end`. */
  start: number;
  end: number;
}

/** What a function may know beside its series, at one step. */
export interface CallContext {
  /** By argument: what a scalar argument is at this step, NaN for other arguments. */
  readonly scalars: readonly number[];
  /** By argument: what a string argument is, "" for other arguments. */
  readonly strings: readonly string[];
  /** The step's time in milliseconds. */
  readonly time: number;
  /** "" where the series has none. */
  readonly metricName: string;
  /** A remark about an argument; may be made again at every step: only the first of equal ones counts. */
  note(level: AnnotationLevel, message: string, argument: number): void;
}

/** A function of a range vector, such as rate. Null: the series has nothing at this step. */
export type RangeFunction = (window: Window, context: CallContext) => number | Histogram | null;

/** A function of each element of an instant vector, such as abs. */
export type ElementFunction = (
  value: number,
  histogram: Histogram | null,
  context: CallContext,
) => number | Histogram | null;

export type EvaluatedArgument =
  /** A range vector comes as its presence: 1 at every step whose window has a sample. */
  | { readonly type: "vector"; readonly vector: Vector }
  /** One value a step. */
  | { readonly type: "scalar"; readonly values: Float64Array }
  | { readonly type: "string"; readonly value: string };

/** The place of a remark that is about no argument but the call. */
export const WHOLE_CALL = -1;

/** A call that cannot be evaluated; the message is Prometheus'. */
export class CallError extends Error {
  override readonly name = "CallError";
}

/** What a function of whole vectors may know. */
export interface VectorContext {
  readonly steps: Steps;
  readonly delayedNameRemoval: boolean;
  /** The arguments as they were written, without parentheses around them. */
  readonly expressions: readonly Expression[];
  /** A remark about an argument, or with {@link WHOLE_CALL} about the call itself. */
  note(level: AnnotationLevel, message: string, argument: number): void;
  /** All series of a vector; counts against the limit of samples. */
  collect(vector: Vector): Promise<StepSeries[]>;
  /** Counts characters of labels against the limit of samples. */
  holdText(characters: number): void;
}

/**
 * A function of whole vectors, such as label_replace, absent or histogram_quantile.
 *
 * @throws CallError
 */
export type VectorFunction = (arguments_: readonly EvaluatedArgument[], context: VectorContext) => Vector;
