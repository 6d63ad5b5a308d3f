import type { ChatRequest } from "../chat-port.ts";
import type { Answer, AnswerEvent, AnswerPorts, Question } from "./answer-ports.ts";
import { AnswerText } from "./answer-text.ts";
import { declineWording } from "./decline-wording.ts";
import { extractAnswer } from "./extractive-model.ts";
import { findPassages } from "./find-passages.ts";

/** An answer is made from this many passages, however many the caller wants to see. */
const READ_PASSAGES = 10;

/**
 * Answers a question from the documents, or says that they do not answer it.
 * A failing embedding leaves a search by words, a failing chat model the embedded one; `degraded` says so.
 *
 * @throws whatever the search throws: without passages there is no answer
 */
export async function answerQuestion(ports: AnswerPorts, question: Question): Promise<Answer> {
  for await (const event of streamAnswer(ports, question)) if (event.kind === "done") return event.answer;
  throw new Error("the stream of an answer ended without its last event");
}

/** The same, as it happens. */
export async function* streamAnswer(ports: AnswerPorts, question: Question): AsyncGenerator<AnswerEvent> {
  const started = ports.clock();
  const wanted = Math.max(question.topK, READ_PASSAGES);
  const { result, timings, degraded } = await findPassages(ports, { ...question, topK: wanted });
  const { terms, signal } = result;
  const passages = result.passages.slice(0, question.topK);
  yield { kind: "passages", passages };

  const answering = ports.clock();
  const read = result.passages.slice(0, READ_PASSAGES);
  const request: ChatRequest = { question: question.question, passages: read, terms, signal };
  let answer = new AnswerText(read);
  if (read.length > 0) {
    try {
      for await (const piece of ports.chat.answer(request)) {
        const text = answer.add(piece);
        if (text !== "") yield { kind: "delta", text };
      }
    } catch (error) {
      ports.failed("chat", error);
      degraded.push("chat");
      answer = extracted(request);
    }
  }
  const answered = answer.isAnswer;
  const citations = answered ? answer.citations : [];
  yield { kind: "citations", citations };
  const ended = ports.clock();
  yield {
    kind: "done",
    answer: {
      answered,
      answer: answered ? answer.text : declineWording(question.question, passages.length),
      citations,
      passages,
      timings: { ...timings, answer: ended - answering, total: ended - started },
      degraded,
      droppedCitations: answer.dropped,
    },
  };
}

function extracted(request: ChatRequest): AnswerText {
  const answer = new AnswerText(request.passages);
  for (const piece of extractAnswer(request)) answer.add(piece);
  return answer;
}
