import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Question, QuestionSet } from "./question-set.ts";
import { readJsonLines } from "./read-json-lines.ts";
import { holds } from "./wording.ts";

interface CorpusLine {
  id: string;
  title: string;
  text: string;
}

interface QueryLine {
  id: string;
  text: string;
  answers?: string[];
}

/** The names of the retrieval collections in a folder: its subfolders that hold a `corpus.jsonl`. */
export async function listRetrievalSets(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "corpus.jsonl")))
    .map(({ name }) => name)
    .sort();
}

/**
 * A retrieval collection in the layout of BEIR: `corpus.jsonl` {id, title, text}, `queries.jsonl` {id, text,
 * answers?}, `qrels.tsv` (query-id, corpus-id, score). Questions without a judgement are left out.
 */
export async function readRetrievalSet(folder: string, name: string): Promise<QuestionSet> {
  const read = (file: string) => readFile(join(folder, name, file), "utf8");
  const [corpus, queries, qrels] = await Promise.all([
    read("corpus.jsonl"),
    read("queries.jsonl"),
    read("qrels.tsv"),
  ]);
  const judged = readJudgements(qrels);
  return {
    name,
    documents: readJsonLines<CorpusLine>(corpus).map(({ id, title, text }) => ({
      name: id,
      text,
      ...(title.trim() === "" ? {} : { title: title.trim().slice(0, 500) }),
    })),
    questions: readJsonLines<QueryLine>(queries).flatMap((query) => {
      const relevant = judged.get(query.id);
      return relevant === undefined ? [] : toQuestion(query, relevant);
    }),
  };
}

function toQuestion({ id, text, answers }: QueryLine, relevant: ReadonlyMap<string, number>): Question {
  return {
    id,
    text,
    unanswerable: null,
    relevant,
    unitOf: ({ document_name }) => document_name,
    isAnsweredBy:
      answers === undefined
        ? null
        : ({ document_name, quote }) =>
            relevant.has(document_name) && answers.some((wording) => holds(quote, wording)),
  };
}

/** Gains above zero by document, by question. */
function readJudgements(qrels: string): Map<string, Map<string, number>> {
  const judged = new Map<string, Map<string, number>>();
  for (const line of qrels.split("\n").slice(1)) {
    const [query, document, score] = line.split("\t");
    if (query === undefined || document === undefined || !(Number(score) > 0)) continue;
    const relevant = judged.get(query) ?? new Map<string, number>();
    judged.set(query, relevant.set(document, Number(score)));
  }
  return judged;
}
