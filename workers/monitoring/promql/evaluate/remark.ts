import type { AnnotationLevel, TextRange } from "../annotations.ts";
import type { Call } from "../ast.ts";
import { WHOLE_CALL } from "../functions/function.ts";
import type { Evaluation } from "./evaluation.ts";

export type Note = (level: AnnotationLevel, message: string, argument: number) => void;

/** Adds remarks about one part of the query, cheaply for one that is made again and again. */
export function notesAbout(
  range: TextRange,
  { annotations }: Pick<Evaluation, "annotations">,
): (level: AnnotationLevel, message: string) => void {
  let last = "";
  return (level, message) => {
    if (message === last) return;
    last = message;
    annotations.add(level, message, range);
  };
}

/** Adds remarks about the arguments of a call. */
export function notesOn(call: Call, evaluation: Pick<Evaluation, "annotations">): Note {
  const wholeCall = notesAbout(call.range, evaluation);
  const byArgument = call.arguments.map(({ range }) => notesAbout(range, evaluation));
  return (level, message, argument) => {
    const note = argument === WHOLE_CALL ? wholeCall : (byArgument[argument] ?? wholeCall);
    note(level, message);
  };
}
