import { fold } from "./fold.ts";
import { isUnspaced } from "./script.ts";
import { type Language, languagesOf } from "./stopwords.ts";
import { scanWords } from "./words.ts";

/** Characters looked at: a few sentences tell a language as well as a page does. */
const SAMPLE = 1000;

/**
 * The language of a text by its function words: the one that claims the most of them, a word that several
 * languages share counting in parts. A tie, a text without function words, and a text written without spaces
 * are `und`.
 *
 * @example detectLanguage("Wer war der erste Kanzler?") === "de"
 */
export function detectLanguage(text: string): Language {
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
  return first === undefined || first[1] === second?.[1] || unspaced > spaced ? "und" : first[0];
}
