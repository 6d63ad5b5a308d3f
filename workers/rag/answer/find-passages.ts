import type { SearchResult } from "../search-port.ts";
import type { AnswerPorts, OptionalPart, Question } from "./answer-ports.ts";

export interface FoundPassages {
  result: SearchResult;
  /** Milliseconds of each stage, and `total`. */
  timings: Record<string, number>;
  /** What could not be used: without the embedding, the search was by words alone. */
  degraded: OptionalPart[];
}

type SearchPorts = Pick<AnswerPorts, "embedding" | "search" | "clock" | "failed">;

/**
 * Embeds the question and searches; a failing embedding leaves a search by words.
 *
 * @throws whatever the search throws
 */
export async function findPassages(ports: SearchPorts, question: Question): Promise<FoundPassages> {
  const started = ports.clock();
  const degraded: OptionalPart[] = [];
  const vector = await embed(ports, question, degraded);
  const embedded = ports.clock();
  const mode = vector === null ? "keyword" : question.mode;
  const { denseWeight } = ports.embedding;
  const result = await ports.search({ ...question, mode, vector, denseWeight });
  const ended = ports.clock();
  const timings = {
    embed: embedded - started,
    search: ended - embedded,
    ...result.timings,
    total: ended - started,
  };
  return { result, timings, degraded };
}

/** The question's vector; null when words are all that is wanted, known or to be had. */
async function embed(
  { embedding, failed }: SearchPorts,
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
