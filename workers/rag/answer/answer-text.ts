import type { AnswerPiece } from "../chat-port.ts";
import { type VerifiedSpan, verifyCitation } from "../cite/verify-citations.ts";
import type { FoundPassage } from "../search-port.ts";

/** A verified span under the number by which the answer refers to it. */
export interface NumberedCitation extends VerifiedSpan {
  index: number;
}

/**
 * Puts an answer's pieces together. Each citation is verified as it comes: one that holds gets the next number,
 * or the one its span already has, and its mark is written into the text; one that does not is counted and
 * leaves no mark.
 */
export class AnswerText {
  readonly citations: NumberedCitation[] = [];
  text = "";
  dropped = 0;
  #declined = false;
  readonly #passages: FoundPassage[];

  constructor(passages: FoundPassage[]) {
    this.#passages = passages;
  }

  /** Takes the next piece and returns what it adds to the text. */
  add(piece: AnswerPiece): string {
    const added = this.#read(piece);
    this.text += added;
    return added;
  }

  /** Whether something was said and at least one verified citation stands behind it. */
  get isAnswer(): boolean {
    return !this.#declined && this.citations.length > 0 && this.text.trim() !== "";
  }

  #read(piece: AnswerPiece): string {
    if (piece.kind === "text") return piece.text;
    if (piece.kind === "declined") {
      this.#declined = true;
      return "";
    }
    const span = verifyCitation(piece.citation, this.#passages);
    if (span !== null) return ` [${this.#numberOf(span)}]`;
    this.dropped++;
    return "";
  }

  #numberOf(span: VerifiedSpan): number {
    const known = this.citations.find((other) => isSameSpan(other, span));
    if (known !== undefined) return known.index;
    const index = this.citations.length + 1;
    this.citations.push({ index, ...span });
    return index;
  }
}

function isSameSpan(a: VerifiedSpan, b: VerifiedSpan): boolean {
  return a.documentId === b.documentId && a.version === b.version && a.start === b.start && a.end === b.end;
}
