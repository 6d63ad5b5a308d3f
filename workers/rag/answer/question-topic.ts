/** How much is asked for, in which unit, as of when: told by the answer's kind, its row or its column. */
const MEASURES =
  /\bhow (?:long|old|far|tall|large|big|fast|often|high|deep|wide|heavy|quickly|soon|early|expensive)\b|\b(?:at |by |until )?what time\b|\b(?:in |as )?(?:usd|eur|gbp|us\$|[$€£]) ?(?:thousands?|millions?|billions?)\b|\b(?:in )?(?:thousands?|millions?|billions?)(?: of (?:dollars|euros|pounds))?\b|\bfiscal year\b|\b(?:financial )?year[- ]end(?:ed|ing)?\b|(?<=\bwhat (?:does|do|did|would|will)\b[^?]*)\bcost\b|\bwas kostete?n?\b|\bwie (?:lange|alt|weit|hoch|groß|oft|schnell|tief|schwer|breit|teuer)\b|\bum wie ?viel uhr\b/giu;
/** Words that questions are put together with, in the languages that ask with words of their own. */
const CARRIERS =
  /\b(?:need|needs|needed|get|gets|got|getting|want|wants|wanted|put|puts|go|goes|going|went|happen|happens|happened|must|may|might|shall|let|someone|anyone|somebody|things?|amount|approximately|respectively|please|tell|darf|dürfen|möchte|mein|meine|meinen|meinem|mich|mir|bekomme|bekommt)\b/giu;
/** A sentence that says how to answer, beside one that asks. */
const INSTRUCTION =
  /(?<=^|[.?!:]\s)(?:answer|assume|give|respond|state|round|express|report|use|using|base|address|please)\b[^.?!:]*[.!:](?=\s|$)/giu;

/**
 * What a question is about: the same text with what only frames it blanked out, so that offsets stay. A question
 * that has nothing else is left whole.
 *
 * @example topicOf("How long is Fulmar?") // "         is Fulmar?"
 */
export function topicOf(question: string): string {
  const topic = [INSTRUCTION, MEASURES, CARRIERS].reduce(blank, question);
  return /[\p{L}\p{N}]/u.test(topic) ? topic : question;
}

function blank(text: string, pattern: RegExp): string {
  return text.replace(pattern, (found) => " ".repeat(found.length));
}
