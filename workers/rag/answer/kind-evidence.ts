import type { AnswerKind } from "./answer-kind.ts";

const NUMBER_WORDS = [
  "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen",
  "seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?",
  "millions?|billions?|trillions?|dozens?|half|third|quarter|once|twice|several|annually|daily|weekly|monthly",
  "zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwanzig|dreißig|fünfzig|hundert|tausend",
  "millionen|milliarden|hälfte|drittel|viertel|einmal|zweimal|dreimal|mehrere",
].join("|");

const MONTHS = [
  "january|february|march|april|may|june|july|august|september|october|november|december",
  "januar|februar|märz|mai|juni|juli|oktober|dezember",
].join("|");

const NUMBER = new RegExp(
  `(?<![\\p{L}])(?:${NUMBER_WORDS})(?![\\p{L}])|\\p{N}[\\p{N}.,:/]*|[一二三四五六七八九十百千万亿两]+`,
  "giu",
);
const TIME = new RegExp(
  `(?<![\\p{L}])(?:${MONTHS}|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|centur(?:y|ies)|jahrhunderts?|siècle|siglo)(?![\\p{L}])|(?<!\\p{N})(?:1\\d|20)\\d\\d(?:s|er)?(?!\\p{N})|\\d{1,2}[:.]\\d\\d(?!\\d)|\\d{1,2} ?(?:am|pm|uhr)(?![\\p{L}])|\\d+ ?(?:bc|ad|v\\. ?chr|n\\. ?chr)|[\\p{N}一二三四五六七八九十]+ ?(?:世纪|年代?|月|日|世紀)|(?:early|late|mid|after|before|during|until|since)(?![\\p{L}])`,
  "giu",
);
const PERCENTAGE =
  /\p{N}[\p{N}.,]* ?(?:%|٪|percent|per cent|prozent|por ciento|pour cent|процент)|百分之|half|third|quarter|hälfte|drittel|viertel|[一二三四五六七八九十]成/giu;
const MONEY =
  /[$€£¥₹]\s?\p{N}|\p{N}[\p{N}.,]* ?(?:(?:hundred|thousand|million|billion|trillion|millionen|milliarden|[万亿]) ?)?(?:dollars?|euros?|pounds?|cents?|usd|eur|gbp|dollar|pfund|[$€£¥])|[\p{N}一二三四五六七八九十百千万亿两][\p{N}.,一二三四五六七八九十百千万亿两]* ?(?:美元|欧元|英镑|元)/giu;
/** A capitalised word that does not open its sentence, or a foreign name as Chinese writes it. */
const NAME =
  /(?<=[\p{L}\p{N},;()"“„'’&-] ?\s?)(?<![.!?]\s)\p{Lu}[\p{L}'’.-]+|\p{Script=Han}+·\p{Script=Han}+/gu;
const PLACE_NAME =
  /(?:(?<![\p{L}])(?:in|at|near|from|to|of|into|across|through|im|nach|aus|bei|am|en|à|a|de|в|на|из) (?:the |der |den |dem )?)\p{Lu}\p{L}+|[\p{Script=Han}]+(?:省|市|县|州|国|区|岛|河|山|海|洲|城|镇|村)/gu;

const EVIDENCE: Record<AnswerKind, RegExp> = {
  number: NUMBER,
  time: TIME,
  percentage: PERCENTAGE,
  money: MONEY,
  person: NAME,
  place: PLACE_NAME,
};

/**
 * Whether a text holds something of the kind asked for that the question itself does not say.
 *
 * @example holdsKind("It opened in 1932.", "time", "when did the bridge open?") // true
 */
export function holdsKind(text: string, kind: AnswerKind, askedLowerCase: string): boolean {
  for (const [found] of text.matchAll(EVIDENCE[kind])) {
    if (!askedLowerCase.includes(found.trim().toLowerCase())) return true;
  }
  return false;
}

/** Whether a kind is told as a number, which in a table stands behind the label. */
export function isMeasured(kind: AnswerKind): boolean {
  return kind === "number" || kind === "money" || kind === "percentage";
}

/** The kind to look for among a table's values, which leave their unit to the column's name. */
export function kindInTable(kind: AnswerKind): AnswerKind {
  return isMeasured(kind) ? "number" : kind;
}
