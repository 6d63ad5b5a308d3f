import { describe, expect, it } from "vitest";
import type { AnswerPorts, Question } from "../../../workers/rag/answer/answer-ports.ts";
import { answerQuestion, streamAnswer } from "../../../workers/rag/answer/answer-question.ts";
import { extractiveModel } from "../../../workers/rag/answer/extractive-model.ts";
import type { AnswerPiece } from "../../../workers/rag/chat-port.ts";
import type { SearchRequest } from "../../../workers/rag/search-port.ts";
import { foundPassage, resultOver } from "./found-passage.ts";

const PASSAGE = foundPassage("The lighthouse stands 41 metres tall. It was built in 1887.", { start: 100 });
const QUESTION: Question = { question: "How tall is the lighthouse?", mode: "hybrid", topK: 10 };
const HELD = { passage: 0, start: 100, end: 137, quote: "The lighthouse stands 41 metres tall." };
const INVENTED = { passage: 0, start: 100, end: 137, quote: "The lighthouse stands 99 metres tall." };

function portsWith(over: Partial<AnswerPorts> = {}) {
  const searched: SearchRequest[] = [];
  const failures: [string, unknown][] = [];
  let time = 0;
  const ports: AnswerPorts = {
    embedding: { id: "fixed", dimensions: 2, denseWeight: 0.1, embed: async () => [Int8Array.of(127, 0)] },
    search: async (request) => {
      searched.push(request);
      return resultOver(request.question, [PASSAGE]);
    },
    chat: extractiveModel,
    clock: () => time++,
    failed: (part, error) => failures.push([part, error]),
    ...over,
  };
  return { ports, searched, failures };
}

function saying(...pieces: AnswerPiece[]): AnswerPorts["chat"] {
  return {
    id: "scripted",
    async *answer() {
      yield* pieces;
    },
  };
}

describe("answerQuestion", () => {
  it("answers with numbered citations and the time each stage took", async () => {
    const { ports, searched } = portsWith();
    const answer = await answerQuestion(ports, QUESTION);
    expect(answer.answered).toBe(true);
    expect(answer.answer).toContain("The lighthouse stands 41 metres tall. [1]");
    expect(answer.citations[0]).toMatchObject({ index: 1, documentId: "doc", page: 1, ...without(HELD) });
    expect(Object.keys(answer.timings)).toEqual(
      expect.arrayContaining(["embed", "search", "answer", "total"]),
    );
    expect(answer.degraded).toEqual([]);
    expect(searched).toEqual([{ ...QUESTION, vector: Int8Array.of(127, 0), denseWeight: 0.1 }]);
  });

  it("numbers a span once however often it is cited", async () => {
    const chat = saying(
      { kind: "text", text: "Tall." },
      { kind: "citation", citation: HELD },
      { kind: "text", text: " Very tall." },
      { kind: "citation", citation: HELD },
    );
    const answer = await answerQuestion(portsWith({ chat }).ports, QUESTION);
    expect(answer.answer).toBe("Tall. [1] Very tall. [1]");
    expect(answer.citations).toHaveLength(1);
  });

  it("drops a citation that does not hold and keeps the others", async () => {
    const chat = saying(
      { kind: "text", text: "It is 99 metres tall." },
      { kind: "citation", citation: INVENTED },
      { kind: "citation", citation: HELD },
    );
    const answer = await answerQuestion(portsWith({ chat }).ports, QUESTION);
    expect(answer.citations.map(({ quote }) => quote)).toEqual([HELD.quote]);
    expect(answer.droppedCitations).toBe(1);
  });

  it("declines when no citation holds, and offers the nearest passages", async () => {
    const chat = saying(
      { kind: "text", text: "It is 99 metres tall." },
      { kind: "citation", citation: INVENTED },
    );
    const answer = await answerQuestion(portsWith({ chat }).ports, QUESTION);
    expect(answer).toMatchObject({ answered: false, citations: [], passages: [PASSAGE] });
    expect(answer.answer).not.toContain("99");
  });

  it("declines in the question's language", async () => {
    const { ports } = portsWith({ chat: saying({ kind: "declined" }) });
    const german = await answerQuestion(ports, {
      ...QUESTION,
      question: "Wer hat den Turm gebaut und warum?",
    });
    expect(german.answer).toMatch(/^Die Dokumente/);
    const chinese = await answerQuestion(ports, { ...QUESTION, question: "谁建造了灯塔？" });
    expect(chinese.answer).toMatch(/^这些文档/);
  });

  it("declines without asking the model when nothing was found", async () => {
    const chat = saying({ kind: "text", text: "I just know." });
    const search: AnswerPorts["search"] = async ({ question }) => resultOver(question, []);
    const answer = await answerQuestion(portsWith({ chat, search }).ports, QUESTION);
    expect(answer).toMatchObject({ answered: false, passages: [], citations: [] });
  });
});

describe("a part that fails", () => {
  it("leaves a search by words when it is the embedding, and says so", async () => {
    const down = new Error("embedding is down");
    const embed = () => Promise.reject(down);
    const embedding = { id: "down", dimensions: 2, denseWeight: 0.1, embed };
    const { ports, searched, failures } = portsWith({ embedding });
    const answer = await answerQuestion(ports, QUESTION);
    expect(answer).toMatchObject({ answered: true, degraded: ["embedding"] });
    expect(searched[0]).toMatchObject({ mode: "keyword", vector: null });
    expect(failures).toEqual([["embedding", down]]);
  });

  it("leaves the embedded answer when it is the chat model, and nothing of what that had said", async () => {
    const lost = new Error("connection lost");
    const chat: AnswerPorts["chat"] = {
      id: "unsteady",
      async *answer() {
        yield { kind: "text", text: "The lighthouse is, as far as" };
        throw lost;
      },
    };
    const { ports, failures } = portsWith({ chat });
    const answer = await answerQuestion(ports, QUESTION);
    expect(answer).toMatchObject({ answered: true, degraded: ["chat"] });
    expect(answer.answer).not.toContain("as far as");
    expect(failures).toEqual([["chat", lost]]);
  });

  it("fails the answer when it is the search", async () => {
    const { ports } = portsWith({ search: () => Promise.reject(new Error("no index")) });
    await expect(answerQuestion(ports, QUESTION)).rejects.toThrow("no index");
  });
});

it("streams passages, then deltas that add up to the answer, then citations", async () => {
  const kinds: string[] = [];
  let text = "";
  let final = "";
  for await (const event of streamAnswer(portsWith().ports, QUESTION)) {
    if (kinds.at(-1) !== event.kind) kinds.push(event.kind);
    if (event.kind === "delta") text += event.text;
    if (event.kind === "done") final = event.answer.answer;
  }
  expect(kinds).toEqual(["passages", "delta", "citations", "done"]);
  expect(text).toBe(final);
});

function without({ start, end, quote }: typeof HELD) {
  return { start, end, quote };
}
