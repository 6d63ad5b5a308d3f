import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../scripts/root.ts";
import type { Question, QuestionSet } from "./question-set.ts";
import { readJsonLines } from "./read-json-lines.ts";
import { holds } from "./wording.ts";

const NOT_DOCUMENTS = new Set(["README.md", "golden.jsonl"]);

interface GoldenLine {
  id: string;
  text: string;
  answers: string[];
  document?: string;
  page?: number;
  span?: string;
}

/** The repository's own questions over its sample collection: see samples/README.md. */
export async function readGoldenSet(): Promise<QuestionSet> {
  const folder = join(ROOT, "samples");
  const entries = await readdir(folder, { withFileTypes: true });
  const lines = readJsonLines<GoldenLine>(await readFile(join(folder, "golden.jsonl"), "utf8"));
  return {
    name: "golden",
    documents: entries
      .filter((entry) => entry.isFile() && !NOT_DOCUMENTS.has(entry.name))
      .map(({ name }) => ({ name, path: join(folder, name) })),
    questions: lines.map(toQuestion),
  };
}

/** A search is right when it finds the passage that holds the span; a citation, when it holds an answer. */
function toQuestion({ id, text, answers, document, span }: GoldenLine): Question {
  if (document === undefined || span === undefined) {
    const unanswerable = id.startsWith("near-miss") ? "near-miss" : "out-of-domain";
    return {
      id,
      text,
      unanswerable,
      relevant: new Map(),
      unitOf: ({ chunk_id }) => chunk_id,
      isAnsweredBy: null,
    };
  }
  return {
    id,
    text,
    unanswerable: null,
    relevant: new Map([["the span", 1]]),
    unitOf: (passage) =>
      passage.document_name === document && holds(passage.text, span) ? "the span" : passage.chunk_id,
    isAnsweredBy: ({ document_name, quote }) =>
      document_name === document && [span, ...answers].some((wording) => holds(quote, wording)),
  };
}
