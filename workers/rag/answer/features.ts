import { detectLanguage } from "../analyze/language.ts";
import type { Language } from "../analyze/stopwords.ts";
import type { FoundPassage } from "../search-port.ts";
import type { AskedQuestion } from "./asked-question.ts";
import { type Candidate, candidatesOf } from "./candidate.ts";
import { covered, pairsHeld, together } from "./coverage.ts";
import { evidenceOf, heldIn, noEvidence } from "./evidence.ts";
import { isHeadingLike } from "./heading-like.ts";
import { holdsKind } from "./kind-evidence.ts";
import type { TableRow } from "./table-row.ts";

/** What speaks for a candidate; each from 0 to 1. Fractions are weighted by inverse document frequency. */
export interface Features {
  /** Of the question's words, the part in the candidate itself, and in a row's column names. */
  coverage: number;
  /** Of the question's neighbouring words, the part that stand together in it. */
  pairs: number;
  /** What the sentence before it adds to its coverage. */
  before: number;
  /** What the title, the headings and a table's caption add. */
  above: number;
  /** What the rest of the passage adds. */
  passage: number;
  /** Whether it holds the kind of thing the question asks for, when the question says which. */
  kind: number;
  /** The passage's score beside the best passage's. */
  standing: number;
  /** Whether it reads like a heading. */
  heading: number;
  /** Of the years the question names, the part that stands in it, beside it or above it. */
  years: number;
}

export interface Weighed {
  candidate: Candidate;
  features: Features;
  /** Whether it can be an answer: it tells something that the question does not, and does not ask itself. */
  tells: boolean;
  /** How much of each of the question's words stands in it, beside it and above it; for a row, in its row. */
  near: Float64Array;
  /** The same for its whole passage. */
  inPassage: Float64Array;
}

const QUESTION_END = /[?？؟]["'”’)]*$/u;

/**
 * Weighs everything in a passage that could answer.
 *
 * @param position the passage's place among those found, from 0
 * @param best the best passage's score
 */
export function weighPassage(
  passage: FoundPassage,
  position: number,
  best: number,
  question: AskedQuestion,
): Weighed[] {
  const candidates = candidatesOf(passage, position);
  const stretches = candidates.map(({ start, end }) => ({
    start: start - passage.start,
    end: end - passage.start,
  }));
  const language = detectLanguage(passage.text);
  const evidence = evidenceOf(passage.text, stretches, question, language);
  const titles = [passage.documentName, passage.title, ...passage.headings, passage.context].join("\n");
  const above = heldIn(titles, question, language);
  const named = namesAbove(candidates, question, language);
  const inPassage = together(above, ...evidence.map(({ held }) => held), ...named.values());
  const standing = best > 0 ? Math.max(0, passage.score / best) : 0;
  return candidates.map((candidate, at) => {
    const { quote, row } = candidate;
    const own = evidence[at] ?? noEvidence(question);
    const before = row === null ? evidence[at - 1]?.held : undefined;
    const after = row === null ? evidence[at + 1]?.held : undefined;
    const reached = together(own.held, row === null ? undefined : named.get(row.columns.join("\n")));
    const caption = row === null ? undefined : named.get(row.caption);
    const coverage = covered(reached, question);
    const withBefore = covered(together(reached, before), question);
    const withAbove = covered(together(reached, before, above, caption), question);
    const near = together(reached, before, after, above, caption);
    return {
      candidate,
      features: {
        coverage,
        pairs: pairsHeld(own, question),
        before: withBefore - coverage,
        above: withAbove - withBefore,
        passage: covered(inPassage, question) - withAbove,
        kind: question.kind !== null && holdsKind(quote, question.kind, question.lowerCase) ? 1 : 0,
        standing,
        heading: row === null && isHeadingLike(quote, own.words) ? 1 : 0,
        years: yearsHeld(near, question),
      },
      tells: own.saysMore && !QUESTION_END.test(quote) && !isBareLabel(row),
      near,
      inPassage,
    };
  });
}

/** The evidence in the names of each table's columns and in its caption, by those texts. */
function namesAbove(
  candidates: Candidate[],
  question: AskedQuestion,
  language: Language,
): Map<string, Float64Array> {
  const texts = candidates.flatMap(({ row }) => (row === null ? [] : [row.columns.join("\n"), row.caption]));
  return new Map([...new Set(texts)].map((text) => [text, heldIn(text, question, language)]));
}

/** Of the years that the question names, the part that is held; 0 when it names none. */
function yearsHeld(held: Float64Array, { words }: AskedQuestion): number {
  const years = words.flatMap(({ isYear }, at) => (isYear ? [held[at] ?? 0] : []));
  return years.length === 0 ? 0 : years.reduce((sum, degree) => sum + degree, 0) / years.length;
}

/** A row that names a group of rows has no value of its own. */
function isBareLabel(row: TableRow | null): boolean {
  return row?.cells.slice(1).every((cell) => cell === "") ?? false;
}
