import { MAX_PASSWORD, MIN_PASSWORD } from "../contract/identity.ts";
import { AppError } from "../errors.ts";

/** Shorter words are in too many good passwords by chance. */
const MIN_WORD = 4;
/** What repeats so few characters is as easy to guess as they are. */
const MAX_UNIT = 4;
const SERVICE = "almanac";

/**
 * Refuses passwords that are guessed first: too short, common (also with digits or signs around them, written with
 * digits for letters, or repeated), a run of neighbours, or made from what is known of their owner. No rules on kinds
 * of characters (NIST SP 800-63B-4 §3.1.1.2).
 *
 * @param common passwords that are tried first, in lower case and without the digits and signs around them
 * @throws AppError `password_refused`
 */
export function assertAcceptablePassword(
  password: string,
  owner: { email: string; name: string },
  common: ReadonlySet<string>,
): void {
  const folded = fold(password);
  const length = Array.from(folded).length;
  if (length < MIN_PASSWORD || length > MAX_PASSWORD) {
    throw refused(`A password has ${MIN_PASSWORD} to ${MAX_PASSWORD} characters.`);
  }
  if (isCommon(folded, common))
    throw refused("Others use this password too, or one much like it: it is tried first.");
  if (unitOf(folded).length <= MAX_UNIT || isRun(folded)) {
    throw refused("A few characters over and over, or in a row, are guessed at once.");
  }
  if (wordsOf(owner).some((word) => folded.includes(word))) {
    throw refused("Leave your name, your address and the name of this service out of it.");
  }
}

const fold = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Whether the password, or what is left of it without its ornaments, is on the list. */
function isCommon(folded: string, common: ReadonlySet<string>): boolean {
  const plain = [folded, asLetters(folded)];
  const bare = plain.flatMap((text) => [text, withoutEnds(text)]);
  const units = bare.flatMap((text) => [text, unitOf(text)]);
  return units.some((text) => common.has(text) || common.has(withoutEnds(text)));
}

const LETTER_OF: Record<string, string> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};
/** Digits and signs that stand for letters, where letters are on both sides of them. */
const asLetters = (text: string): string =>
  text.replace(/(?<=\p{L})[^\p{L}]+(?=\p{L})/gu, (signs) =>
    Array.from(signs, (sign) => LETTER_OF[sign] ?? sign).join(""),
  );

const withoutEnds = (text: string): string => text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");

/** The shortest text that the whole is a repetition of, the last time perhaps cut short. */
function unitOf(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    if (text.startsWith(text.slice(length))) return text.slice(0, length);
  }
  return text;
}

/** Whether each character is the next one, or each the one before: `abcdefghijkl`, `987654321098`. */
function isRun(text: string): boolean {
  const steps = Array.from(text, (_, position) => text.charCodeAt(position + 1) - text.charCodeAt(position));
  steps.pop();
  return steps.every((step) => step === 1 || step === -9) || steps.every((step) => step === -1 || step === 9);
}

function wordsOf({ email, name }: { email: string; name: string }): string[] {
  const [local = ""] = fold(email).split("@");
  const words = [local, ...local.split(/[^\p{L}\p{N}]+/u), ...fold(name).split(/[^\p{L}\p{N}]+/u), SERVICE];
  return words.filter((word) => word.length >= MIN_WORD);
}

const refused = (detail: string) => new AppError("password_refused", { detail });
