import type { AnnotationLevel } from "../annotations.ts";
import type { Call, Expression } from "../ast.ts";
import { WHOLE_CALL } from "../functions/function.ts";
import type { Evaluation } from "./evaluation.ts";

export type Note = (level: AnnotationLevel, message: string, argument: number) => void;

/** Adds remarks on the arguments of a call; cheap for one that is made again and again. */
export function notesOn(call: Call, { annotations }: Pick<Evaluation, "annotations">): Note {
  let last = "";
  return (level, message, argument) => {
    if (message === last) return;
    last = message;
    const about: Expression = argument === WHOLE_CALL ? call : (call.arguments[argument] ?? call);
    annotations.add(level, message, about.range);
  };
}
