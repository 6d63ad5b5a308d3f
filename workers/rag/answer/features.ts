import type { FoundPassage } from "../search-port.ts";
import type { AskedQuestion } from "./asked-question.ts";
import { type Candidate, candidatesOf } from "./candidate.ts";
import { type Evidence, evidenceIn, evidenceOf, noEvidence } from "./evidence.ts";
import { holdsKind } from "./kind-evidence.ts";

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
  /** How little there is to read: 1 for a phrase, towards 0 for a page. */
  brevity: number;
}

export interface Weighed {
  candidate: Candidate;
  features: Features;
  /** Whether it can be an answer: it tells something that the question does not, and does not ask itself. */
  tells: boolean;
  evidence: Evidence;
}

const QUESTION_END = /[?？؟]["'”’)]*$/u;

/** A passage's candidates, and how much of each of the question's words it holds with all that stands above it. */
export interface WeighedPassage {
  candidates: Weighed[];
  held: Float64Array;
}

/** @param best the best passage's score */
export function weighPassage(
  passage: FoundPassage,
  position: number,
  best: number,
  question: AskedQuestion,
): WeighedPassage {
  const candidates = candidatesOf(passage, position);
  const stretches = candidates.map(({ start, end }) => ({
    start: start - passage.start,
    end: end - passage.start,
  }));
  const evidence = evidenceOf(passage.text, stretches, question);
  const above = evidenceIn(
    [passage.documentName, passage.title, ...passage.headings, passage.context].join("\n"),
    question,
  ).held;
  const whole = above.slice();
  for (const { held } of evidence) raise(whole, held);
  const columns = columnEvidence(candidates, question);
  for (const held of columns.values()) raise(whole, held);
  const standing = best > 0 ? Math.max(0, passage.score / best) : 0;
  const weighed = candidates.map((candidate, at) => {
    const own = evidence[at] ?? noEvidence(question);
    const reached = own.held.slice();
    raise(reached, columns.get(candidate.row?.columns.join("\n") ?? ""));
    const coverage = covered(reached, question);
    const withBefore = covered(raise(reached, evidence[at - 1]?.held), question);
    const withAbove = covered(raise(reached, above), question);
    return {
      candidate,
      evidence: own,
      features: {
        coverage,
        pairs: pairsHeld(own, question),
        before: withBefore - coverage,
        above: withAbove - withBefore,
        passage: covered(raise(reached, whole), question) - withAbove,
        kind: question.kind !== null && holdsKind(candidate.quote, question.kind, question.lowerCase) ? 1 : 0,
        standing,
        brevity: 1 / (1 + own.words / 20),
      },
      tells: own.newWords > 0 && !QUESTION_END.test(candidate.quote),
    };
  });
  return { candidates: weighed, held: whole };
}

/** The evidence in the names of each table's columns, by those names. */
function columnEvidence(candidates: Candidate[], question: AskedQuestion): Map<string, Float64Array> {
  const names = new Set(candidates.flatMap(({ row }) => (row === null ? [] : [row.columns.join("\n")])));
  return new Map([...names].map((name) => [name, evidenceIn(name, question).held]));
}

/** The weighted fraction of the question's words that is held. */
export function covered(held: Float64Array, { words, totalWeight }: AskedQuestion): number {
  if (totalWeight === 0) return 0;
  return words.reduce((sum, { weight }, at) => sum + weight * (held[at] ?? 0), 0) / totalWeight;
}

function raise(held: Float64Array, by: Float64Array | undefined): Float64Array {
  by?.forEach((degree, at) => {
    held[at] = Math.max(held[at] ?? 0, degree);
  });
  return held;
}

function pairsHeld({ follows }: Evidence, { words }: AskedQuestion): number {
  let all = 0;
  let held = 0;
  words.forEach(({ weight, after }, at) => {
    const first = words[after];
    if (first === undefined) return;
    all += weight + first.weight;
    if (follows[at] === 1) held += weight + first.weight;
  });
  return all === 0 ? 0 : held / all;
}
