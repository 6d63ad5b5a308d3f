/** A stretch of an answer: plain text, or the number of a citation. */
export type AnswerPart = { kind: "text"; text: string } | { kind: "citation"; index: number };

/**
 * Splits an answer at its citation marks. Numbers that cite nothing stay text.
 *
 * @example splitAnswer("Up to 12 days [1].", new Set([1]))
 */
export function splitAnswer(answer: string, cited: ReadonlySet<number>): AnswerPart[] {
  const parts: AnswerPart[] = [];
  let textStart = 0;
  for (const mark of answer.matchAll(/\[(\d{1,4})\]/g)) {
    const index = Number(mark[1]);
    if (!cited.has(index)) continue;
    if (mark.index > textStart) parts.push({ kind: "text", text: answer.slice(textStart, mark.index) });
    parts.push({ kind: "citation", index });
    textStart = mark.index + mark[0].length;
  }
  if (textStart < answer.length) parts.push({ kind: "text", text: answer.slice(textStart) });
  return parts;
}
