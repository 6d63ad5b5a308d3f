import type { Client } from "../cli/client.ts";
import { Answer, type Passage, SearchAnswer, type SearchMode } from "../workers/contract/queries.ts";
import type { Question, QuestionSet } from "./question-set.ts";

/** The most passages that a search gives. */
const MOST_PASSAGES = 100;
/** Rankings are not timed: so many are asked for at a time. */
const LANES = 4;
/** Questions asked before any is timed, so that the model is loaded and the code compiled. */
const WARM_UP = 20;

/** The units that a search found for a question, distinct, best first. */
export interface Found {
  question: Question;
  found: string[];
}

/** An answer with how long it took, in milliseconds. */
export interface Asked {
  question: Question;
  answer: Answer;
  httpMs: number;
}

/** Searches for every question that has an answer. */
export async function rankAll(client: Client, set: QuestionSet, mode: SearchMode): Promise<Found[]> {
  const results: Found[] = [];
  const queue = set.questions.filter(({ unanswerable }) => unanswerable === null).values();
  const lane = async () => {
    for (const question of queue) {
      const body = { question: question.text, collection: set.name, top_k: MOST_PASSAGES, mode };
      const { passages } = SearchAnswer.parse((await post(client, "/api/v1/search", body)).reply);
      results.push({ question, found: unitsOf(question, passages) });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

/** Asks questions one after the other. */
export async function askAll(
  client: Client,
  set: QuestionSet,
  questions: readonly Question[],
  mode: SearchMode,
): Promise<Asked[]> {
  const ask = async (question: Question): Promise<Asked> => {
    const body = { question: question.text, collection: set.name, mode };
    const { reply, ms } = await post(client, "/api/v1/query", body);
    return { question, answer: Answer.parse(reply), httpMs: ms };
  };
  for (const question of questions.slice(0, WARM_UP)) await ask(question);
  const asked: Asked[] = [];
  for (const question of questions) asked.push(await ask(question));
  return asked;
}

/** At most `limit` questions, spread evenly over all; the same ones every time. */
export function sampleEvenly(questions: readonly Question[], limit: number): Question[] {
  if (questions.length <= limit) return [...questions];
  return questions.filter(
    (_, position) =>
      Math.floor((position * limit) / questions.length) !==
      Math.floor(((position - 1) * limit) / questions.length),
  );
}

function unitsOf(question: Question, passages: readonly Passage[]): string[] {
  return [...new Set(passages.map((passage) => question.unitOf(passage)))];
}

async function post(client: Client, path: string, body: object): Promise<{ reply: unknown; ms: number }> {
  const startedAt = performance.now();
  const response = await client.request("POST", path, body);
  const text = await response.text();
  const ms = performance.now() - startedAt;
  return { reply: JSON.parse(text), ms };
}
