import type { ChatRequest } from "../chat-port.ts";
import type { SearchResult } from "../search-port.ts";
import type { Answer, AnswerEvent, AnswerPorts, OptionalPart, Question } from "./answer-ports.ts";
import { AnswerText } from "./answer-text.ts";
import { declineWording } from "./decline-wording.ts";
import { extractAnswer } from "./extractive-model.ts";

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
  const degraded: OptionalPart[] = [];
  const { result, timings } = await findPassages(ports, question, degraded);
  const { passages, terms, signal } = result;
  yield { kind: "passages", passages };

  const answering = ports.clock();
  const request: ChatRequest = { question: question.question, passages, terms, signal };
  let answer = new AnswerText(passages);
  if (passages.length > 0) {
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

async function findPassages(
  ports: AnswerPorts,
  question: Question,
  degraded: OptionalPart[],
): Promise<{ result: SearchResult; timings: Record<string, number> }> {
  const started = ports.clock();
  const vector = await embed(ports, question, degraded);
  const embedded = ports.clock();
  const mode = vector === null && question.mode !== "keyword" ? "keyword" : question.mode;
  const { denseWeight } = ports.embedding;
  const result = await ports.search({ ...question, mode, vector, denseWeight });
  const timings = { embed: embedded - started, search: ports.clock() - embedded, ...result.timings };
  return { result, timings };
}

/** The question's vector; null when words are all that is wanted, known or to be had. */
async function embed(
  { embedding, failed }: AnswerPorts,
  { question, mode }: Question,
  degraded: OptionalPart[],
): Promise<Int8Array | null> {
  if (mode === "keyword") return null;
  try {
    const [vector = null] = await embedding.embed([question]);
    return vector;
  } catch (error) {
    failed("embedding", error);
    degraded.push("embedding");
    return null;
  }
}
