import type { AnswerPiece, ChatModel, ChatRequest } from "../chat-port.ts";
import { isAnswerable, signsOf } from "./answerable.ts";
import { type AskedQuestion, readQuestion } from "./asked-question.ts";
import type { Candidate } from "./candidate.ts";
import { chooseCandidates } from "./choose-candidates.ts";
import { proseOf } from "./prose.ts";
import { rankCandidates } from "./rank-candidates.ts";
import { rowProse } from "./row-prose.ts";

/**
 * The embedded model: it answers with the passages' own sentences and table rows, and declines when none of
 * them is an answer. It never says a word that a document does not.
 */
export const extractiveModel: ChatModel = {
  id: "extractive-1",
  async *answer(request) {
    yield* extractAnswer(request);
  },
};

/** The answer as the embedded model gives it, at once. */
export function extractAnswer(request: ChatRequest): AnswerPiece[] {
  const question = readQuestion(request);
  const ranked = rankCandidates(request.passages, question);
  const [best] = ranked;
  if (best === undefined || !isAnswerable(signsOf(best, question))) return [{ kind: "declined" }];
  return chooseCandidates(ranked, request.passages).flatMap(({ candidate }, at): AnswerPiece[] => {
    const { passage, start, end, quote } = candidate;
    const text = (at === 0 ? "" : " ") + toldAs(candidate, question);
    return [
      { kind: "text", text },
      { kind: "citation", citation: { passage, start, end, quote } },
    ];
  });
}

function toldAs({ quote, row }: Candidate, question: AskedQuestion): string {
  return row === null ? proseOf(quote) : rowProse(row, question);
}
