import { fold } from "../analyze/fold.ts";
import { isStopword } from "../analyze/stopwords.ts";
import { scanWords } from "../analyze/words.ts";

/** What a document's name, title or metadata says of it, or a question of the document it means. */
export interface Label {
  /** Words that may name what the document is about, folded. */
  names: string[];
  years: number[];
  quarters: number[];
  /** Kinds of filing, such as `10k`. */
  forms: string[];
}

/** Words that many documents are called by. */
const GENERIC = new Set(
  `inc corp corporation co company ltd llc plc ag gmbh group holdings com report annual quarterly form filing dated
  document file final draft copy version page fiscal year quarter fy pdf docx xlsx pptx html txt md csv
  january february march april may june july august september october november december`.split(/\s+/),
);

const YEAR = /^(?:fy|q[1-4])?((?:19|20)\d\d)(?:q[1-4])?$/;
const SHORT_YEAR = /^fy(\d\d)$/;
const QUARTER = /^(?:(?:19|20)\d\d)?q([1-4])(?:(?:19|20)\d\d)?$/;
const FORM = /^(?:10k|10q|8k|20f|6k|def14a)$/;
const ORDINALS = ["first", "second", "third", "fourth"];

/**
 * Reads a label, such as a file's name.
 *
 * @example readLabel("3M_2018_10K.pdf") gives the name `3m`, the year 2018 and the form `10k`
 */
export function readLabel(text: string): Label {
  const label: Label = { names: [], years: [], quarters: [], forms: [] };
  const words = wordsOf(text.replace(/\b(10|8|20|6)[-\s]([KQF])\b/gi, "$1$2"));
  words.forEach((word, place) => {
    const year = YEAR.exec(word)?.[1] ?? (SHORT_YEAR.test(word) ? `20${word.slice(2)}` : undefined);
    const quarter = QUARTER.exec(word)?.[1];
    const ordinal = words[place + 1] === "quarter" ? ORDINALS.indexOf(word) + 1 : 0;
    if (year !== undefined) label.years.push(Number(year));
    if (quarter !== undefined) label.quarters.push(Number(quarter));
    if (ordinal > 0) label.quarters.push(ordinal);
    if (FORM.test(word)) label.forms.push(word);
    else if (word === "earnings") label.forms.push(word);
    else if (year === undefined && quarter === undefined && mayName(word)) label.names.push(word);
  });
  if (/\bannual report\b/i.test(text)) label.forms.push("10k");
  if (/\bquarterly report\b/i.test(text)) label.forms.push("10q");
  return { ...label, names: [...new Set(label.names)] };
}

/** A question's words and runs of up to four of them written as one, as file names often are. */
export function possibleNames(question: string): Set<string> {
  const words = wordsOf(question);
  const names = new Set<string>();
  words.forEach((_, first) => {
    for (let length = 1; length <= LONGEST_NAME; length++) {
      const run = words.slice(first, first + length);
      if (run.length === length && (length > 1 || mayName(run[0] ?? ""))) names.add(run.join(""));
    }
  });
  return names;
}

const LONGEST_NAME = 4;

function wordsOf(text: string): string[] {
  const words: string[] = [];
  const spaced = text.replaceAll("_", " ");
  scanWords(spaced, (_kind, start, end) => words.push(fold(spaced.slice(start, end))));
  return words;
}

function mayName(word: string): boolean {
  return word.length > 1 && !/^\p{N}+$/u.test(word) && !GENERIC.has(word) && !isStopword(word);
}
