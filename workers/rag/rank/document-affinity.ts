import { type Label, possibleNames, readLabel } from "./document-label.ts";

/** What is known of a document beside its text. */
export interface DocumentDescription {
  documentName: string;
  title: string;
  metadata: Record<string, unknown>;
}

/** Letters that the beginning of a name must have to stand for all of it. */
export const SHORTEST_BEGINNING = 4;
const LONGEST_VALUE = 60;
/** A label of more words describes a document rather than naming it. */
const MOST_NAMES = 5;

/** The texts that may name a document: its file name, its title, short values of its metadata. */
export function labelsOf({ documentName, title, metadata }: DocumentDescription): string[] {
  const values = Object.values(metadata)
    .filter((value) => typeof value === "string" || typeof value === "number")
    .map(String)
    .filter((value) => value.length <= LONGEST_VALUE);
  return [documentName.replace(/\.\p{L}\w{0,4}$/u, ""), title, ...values];
}

/** Judges which documents a question means by name, period and kind. */
export class AskedDocument {
  readonly names: Set<string>;
  readonly #asked: Label;

  constructor(question: string) {
    this.names = possibleNames(question);
    this.#asked = readLabel(question);
  }

  /**
   * How well a document fits: `named` is the share of a label that the question names, `qualified` how well its
   * period and kind are those asked for, null when the question asks for none. Null for a document whose labels
   * tell no period and no kind: it has no look-alikes, and what it is about is found in its text.
   */
  fit(document: DocumentDescription): { named: number; qualified: number | null } | null {
    const labels = labelsOf(document).map(readLabel);
    const named = Math.max(0, ...labels.map(({ names }) => this.#share(names)));
    const years = labels.flatMap((label) => label.years);
    const quarters = labels.flatMap((label) => label.quarters);
    const forms = labels.flatMap((label) => label.forms);
    if (years.length + quarters.length + forms.length === 0) return null;
    const fits = [
      ...fitOf(this.#asked.years, years, fitOfYears),
      ...fitOf(this.#asked.quarters, quarters, sharesOne),
      ...fitOf(this.#asked.forms, forms, sharesOne),
    ];
    return {
      named,
      qualified: fits.length === 0 ? null : fits.reduce((sum, fit) => sum + fit, 0) / fits.length,
    };
  }

  #share(names: readonly string[]): number {
    if (names.length === 0 || names.length > MOST_NAMES) return 0;
    return names.reduce((sum, name) => sum + this.#nameShare(name), 0) / names.length;
  }

  /** 1 for a name that is in the question, less for one whose beginning is. */
  #nameShare(name: string): number {
    if (this.names.has(name)) return 1;
    for (let length = name.length - 1; length >= SHORTEST_BEGINNING; length--) {
      if (this.names.has(name.slice(0, length))) return length / name.length;
    }
    return 0;
  }
}

function fitOf<Value>(
  asked: readonly Value[],
  told: readonly Value[],
  judge: (asked: readonly Value[], told: readonly Value[]) => number,
): number[] {
  return asked.length === 0 || told.length === 0 ? [] : [judge(asked, told)];
}

function sharesOne<Value>(asked: readonly Value[], told: readonly Value[]): number {
  return asked.some((value) => told.includes(value)) ? 1 : 0;
}

/** A report of the last year asked for fits; those of the two years after it still tell that year's figures. */
function fitOfYears(asked: readonly number[], told: readonly number[]): number {
  const wanted = Math.max(...asked);
  return Math.max(...told.map((year) => LATER_YEARS[year - wanted] ?? 0));
}

const LATER_YEARS = [1, 0.5, 0.25];
