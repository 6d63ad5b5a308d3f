import type { Language } from "../analyze/stopwords.ts";
import type { AskedQuestion } from "./asked-question.ts";
import { covered, together } from "./coverage.ts";
import { type Evidence, evidenceOf, noEvidence } from "./evidence.ts";
import type { TableRow } from "./table-row.ts";

/** What a table says of one of its rows. */
export interface RowEvidence {
  /** How much of each of the question's words the names of its columns hold. */
  columns: Float64Array;
  /** The same for the caption and the label of the group it belongs to. */
  above: Float64Array;
  /** Whether its columns or its group name years; then what those hold, else nothing. */
  isDated: boolean;
  dated: Float64Array;
  /**
   * How much of the question the row's label, one column and the group say together, 0 to 1, as far as the label
   * says nothing else: `Total assets` fits a question for total assets better than `Total current assets` does.
   */
  fit: number;
}

const YEAR = /(?<!\d)(?:19|20)\d\d(?!\d)/;
/** Rows of all there is: what a question means that names no part. */
const WHOLE = /(?<!\p{L})(?:total|consolidated|overall|group|company|gesamt|insgesamt|summe)(?!\p{L})/giu;
/** Says that a row is not the thing itself; a stop word elsewhere. */
const REST = /(?<!\p{L})other(?!\p{L})/iu;
/** What is left of a row's fit for a group, and for each word of a column's name, that is not asked for. */
const OF_ANOTHER = 0.9;
const MOST_COUNTED = 4;
/** A column of one whole year says no more than the year. */
const DATE =
  /(?<!\p{L})(?:(?:fiscal )?years?(?: ended)?|as of|at|january|february|march|april|may|june|july|august|september|october|november|december)(?!\p{L})|(?<!\d)\d{1,2}(?!\d)/giu;
const ASIDE = /\([^()]*\)/g;

/** Weighs the rows of a passage's tables; what rows share is read once. */
export class TableEvidence {
  readonly #question: AskedQuestion;
  readonly #language: Language;
  readonly #read = new Map<string, Evidence>();

  constructor(question: AskedQuestion, language: Language) {
    this.#question = question;
    this.#language = language;
  }

  of({ cells, columns, caption, group }: TableRow): RowEvidence {
    const { held: columnsHeld } = this.#evidence(columns.join("\n"));
    const above = this.#evidence(`${caption}\n${group}`).held;
    const label = this.#evidence((cells[0] ?? "").replace(ASIDE, ""));
    const purity = purityOf(label, cells[0] ?? "", this.#question);
    const groupRead = this.#evidence(group);
    const isOfAnother = groupRead.asked === 0 && groupRead.others > 0 && group.match(WHOLE) === null;
    const said = columns.slice(1).map((name) => {
      const column = this.#evidence(name.replace(ASIDE, "").replace(DATE, ""));
      const more = column.others === 0 ? 1 : OF_ANOTHER ** Math.min(MOST_COUNTED, column.others);
      return more * covered(together(label.held, groupRead.held, this.#evidence(name).held), this.#question);
    });
    const isDated = YEAR.test(group) || columns.some((name) => YEAR.test(name));
    const dated = together(columnsHeld, groupRead.held);
    return {
      columns: columnsHeld,
      above,
      isDated,
      dated,
      fit: purity * Math.max(0, ...said) * (isOfAnother ? OF_ANOTHER : 1),
    };
  }

  #evidence(text: string): Evidence {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    const [read = noEvidence(this.#question)] = evidenceOf(
      text,
      [{ start: 0, end: text.length }],
      this.#question,
      this.#language,
    );
    this.#read.set(text, read);
    return read;
  }
}

/** Of what a label says, the part that is asked for. */
function purityOf(label: Evidence, text: string, { lowerCase }: AskedQuestion): number {
  if (label.asked === 0) return 0;
  const wholes = (text.match(WHOLE) ?? []).filter((word) => !lowerCase.includes(word.toLowerCase())).length;
  const rest = REST.test(text) && !REST.test(lowerCase) ? 1 : 0;
  return label.asked / (label.asked + Math.max(0, label.others - wholes) + rest);
}
