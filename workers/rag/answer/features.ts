import { detectLanguage } from "../analyze/language.ts";
import type { FoundPassage } from "../search-port.ts";
import type { AskedQuestion } from "./asked-question.ts";
import { type Candidate, candidatesOf } from "./candidate.ts";
import { covered, pairsHeld, together } from "./coverage.ts";
import { evidenceOf, heldIn, noEvidence } from "./evidence.ts";
import { isHeadingLike } from "./heading-like.ts";
import { holdsKind, isMeasured, kindInTable } from "./kind-evidence.ts";
import { TableEvidence } from "./table-evidence.ts";

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
  /** For a row: how much of the question its label and one column say, as far as the label says nothing else. */
  label: number;
  /** Of the names in the question, the part that stands in it, beside it or above it. */
  names: number;
}

export interface Weighed {
  candidate: Candidate;
  features: Features;
  /** Whether it can be an answer: it tells something that the question does not, and does not ask itself. */
  tells: boolean;
  /** How much of each of the question's words stands in it, beside it and above it; for a row, in its row. */
  near: Float64Array;
  /** Where a year that the question names has to stand: for a row whose table dates it, there, else anywhere near. */
  inTime: Float64Array;
  /** Whether any year stands there. */
  isDated: boolean;
  /** The same for its whole passage. */
  inPassage: Float64Array;
}

const YEAR = /(?<!\d)(?:19|20)\d\d(?!\d)/;
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
  const language = detectLanguage(passage.text, "certain");
  const evidence = evidenceOf(passage.text, stretches, question, language);
  const titles = [passage.documentName, passage.title, ...passage.headings, passage.context].join("\n");
  const above = heldIn(titles, question, language);
  const tables = new TableEvidence(question, language);
  const rows = candidates.map(({ row }) => (row === null ? null : tables.of(row)));
  const inTables = rows.flatMap((row) => (row === null ? [] : [row.columns, row.above]));
  const inPassage = together(above, ...evidence.map(({ held }) => held), ...new Set(inTables));
  const isDated = YEAR.test(`${titles}\n${passage.text}`);
  const standing = best > 0 ? Math.max(0, passage.score / best) : 0;
  return candidates.map((candidate, at) => {
    const { quote } = candidate;
    const row = rows[at] ?? null;
    const own = evidence[at] ?? noEvidence(question);
    const before = row === null ? evidence[at - 1]?.held : undefined;
    const after = row === null ? evidence[at + 1]?.held : undefined;
    const reached = together(own.held, row?.columns, row?.above);
    const coverage = covered(reached, question);
    const withBefore = covered(together(reached, before), question);
    const withAbove = covered(together(reached, before, above), question);
    const near = together(reached, before, after, above);
    const isOfKind = holdsAskedKind(candidate, question);
    const inTime = row?.isDated === true ? together(own.held, row.dated) : near;
    return {
      candidate,
      features: {
        coverage,
        pairs: pairsHeld(own, question),
        before: withBefore - coverage,
        above: withAbove - withBefore,
        passage: covered(inPassage, question) - withAbove,
        kind: isOfKind ? 1 : 0,
        standing,
        heading: row === null && isHeadingLike(quote, own.words) ? 1 : 0,
        years: yearsHeld(inTime, question),
        label: row !== null && (isOfKind || question.kind === null) ? row.fit : 0,
        names: namesHeld(near, question),
      },
      tells: own.others > 0 && !QUESTION_END.test(quote),
      near,
      inTime: row === null ? inPassage : inTime,
      isDated: row?.isDated === true || isDated,
      inPassage,
    };
  });
}

/** Of the names in the question, the part that is held; 0 when it has none. */
function namesHeld(held: Float64Array, { words }: AskedQuestion): number {
  let all = 0;
  let sum = 0;
  words.forEach(({ isName, weight }, at) => {
    if (!isName) return;
    all += weight;
    sum += weight * (held[at] ?? 0);
  });
  return all === 0 ? 0 : sum / all;
}

function holdsAskedKind({ quote, row }: Candidate, { kind, lowerCase }: AskedQuestion): boolean {
  if (kind === null) return false;
  if (row === null || !isMeasured(kind)) return holdsKind(quote, kind, lowerCase);
  return holdsKind(row.cells.slice(1).join(" | "), kindInTable(kind), lowerCase);
}

/** Of the years that the question names, the part that is held; 0 when it names none. */
function yearsHeld(held: Float64Array, { words }: AskedQuestion): number {
  const years = words.flatMap(({ isYear }, at) => (isYear ? [held[at] ?? 0] : []));
  return years.length === 0 ? 0 : years.reduce((sum, degree) => sum + degree, 0) / years.length;
}
