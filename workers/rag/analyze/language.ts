import { fold } from "./fold.ts";
import { isUnspaced } from "./script.ts";
import { type Language, languagesOf } from "./stopwords.ts";
import { scanWords } from "./words.ts";

/** Characters looked at: a few sentences tell a language as well as a page does. */
const SAMPLE = 1000;

/**
 * How clear a language must be: function words it shows, and how many times as many as the next language.
 * A question is short and must be taken for something. A document that is taken for the wrong language is not
 * found, one of no clear language is indexed in every way.
 */
const CLARITY = {
  likely: { votes: 0, lead: 1.01 },
  certain: { votes: 2, lead: 2 },
} as const;

/**
 * The language of a text by its function words: the one that claims the most of them, a word that several
 * languages share counting in parts. A text without function words, one that may be in either of two languages,
 * and one written without spaces are `und`.
 *
 * @example detectLanguage("Wer war der erste Kanzler?") === "de"
 */
export function detectLanguage(text: string, clarity: keyof typeof CLARITY = "likely"): Language {
  const sample = text.length > SAMPLE ? text.slice(0, SAMPLE) : text;
  const votes = new Map<Language, number>();
  let spaced = 0;
  let unspaced = 0;
  scanWords(sample, (kind, start, end) => {
    if (isUnspaced(kind)) unspaced += end - start;
    else spaced += end - start;
    const speakers = languagesOf(fold(sample.slice(start, end)));
    for (const language of speakers) votes.set(language, (votes.get(language) ?? 0) + 1 / speakers.length);
  });
  const [first, second] = [...votes].sort((a, b) => b[1] - a[1]);
  if (first === undefined || unspaced > spaced) return "und";
  const least = CLARITY[clarity];
  return first[1] >= least.votes && first[1] >= least.lead * (second?.[1] ?? 0) ? first[0] : "und";
}
