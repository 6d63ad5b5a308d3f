import type { Paragraph } from "./paragraphs.ts";

const LONGEST = 180;
const MOST_LINES = 3;
const MOST_LEVELS = 6;
/** A heading's letters are this much larger than the body's. */
const LARGER = 1.12;
const PART = /^part\s+[ivx]{1,4}\b\.?/i;
const ITEM = /^(item\s+\d{1,2}[a-c]?\s*[.:—–-]?)\s*(\p{Lu}.*)$/iu;
const NUMBERED = /^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\p{Lu}/u;

/** Which paragraphs are headings, and of which level, from what stands out against the body of the document. */
export class Headings {
  /** The weight down to which each level goes, heaviest first. */
  private readonly ranked: readonly number[];
  private readonly offset: number;
  private readonly bodySize: number;
  private readonly isBodyBold: boolean;

  constructor(paragraphs: readonly Paragraph[], bodySize: number, isBodyBold: boolean) {
    this.bodySize = bodySize;
    this.isBodyBold = isBodyBold;
    const outlined = paragraphs.filter((paragraph) => isOutlined(paragraph)).length;
    this.offset = outlined >= 3 ? 2 : 0;
    const styled = paragraphs.filter((paragraph) => this.isStyled(paragraph) && !isOutlined(paragraph));
    this.ranked = rankStyles(styled, MOST_LEVELS - 1 - this.offset);
  }

  /** From 1, or null for what is no heading. */
  levelOf(paragraph: Paragraph): number | null {
    if (PART.test(paragraph.text) && isOutlined(paragraph)) return 1;
    if (isOutlined(paragraph)) return 2;
    if (!this.isStyled(paragraph)) return null;
    const numbers = NUMBERED.exec(paragraph.text)?.[1];
    if (numbers !== undefined && this.offset === 0) return Math.min(numbers.split(".").length, MOST_LEVELS);
    const rank = this.ranked.findIndex((least) => weight(paragraph) >= least);
    return Math.min(this.offset + 1 + (rank < 0 ? this.ranked.length : rank), MOST_LEVELS);
  }

  private isStyled(paragraph: Paragraph): boolean {
    const { text } = paragraph;
    if (text.length > LONGEST || paragraph.lines > MOST_LINES || !/\p{L}{2}/u.test(text)) return false;
    if (/[,;]$/.test(text) || /^[\p{Ll}(•●■▪*–—-]/u.test(text)) return false;
    if (paragraph.size >= this.bodySize * LARGER) return true;
    if (paragraph.size < this.bodySize * 0.85 || (/\.$/.test(text) && !NUMBERED.test(text))) return false;
    if (paragraph.bold && !this.isBodyBold) return true;
    if (paragraph.italic && paragraph.lines === 1 && text.length <= 90) return true;
    return isCapitals(text) && paragraph.lines === 1 && text.length >= 6 && text.length <= 90;
  }
}

/** "PART II", "Item 7. Management's Discussion": the outline of a filing, however it is set. */
function isOutlined({ text, lines, bold }: Paragraph): boolean {
  if (lines > MOST_LINES || text.length > LONGEST) return false;
  if (PART.test(text)) return text.length <= 60 && !/[,;]/.test(text);
  const title = ITEM.exec(text)?.[2];
  return title !== undefined && (bold || /^item\s+\w+\s*[.:—–-]/i.test(text)) && !/[.;]\s/.test(title);
}

function isCapitals(text: string): boolean {
  return !/\p{Ll}/u.test(text) && /\p{Lu}{3}/u.test(text) && !/\d{3}/.test(text);
}

/** How often a style must occur to be a level of its own: what a cover page shows once is none. */
const OWN_LEVEL = 3;

function rankStyles(headings: readonly Paragraph[], most: number): number[] {
  const counts = new Map<number, number>();
  for (const heading of headings) counts.set(weight(heading), (counts.get(weight(heading)) ?? 0) + 1);
  const weights = [...counts.keys()].sort((one, other) => other - one);
  const frequent = weights.filter((each) => (counts.get(each) ?? 0) >= OWN_LEVEL);
  if (frequent.length === 0) return weights.slice(0, most);
  frequent.sort((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0));
  return frequent.slice(0, most).sort((one, other) => other - one);
}

/** What stands out more weighs more: size first, then boldness, capitals and slant. */
function weight(paragraph: Paragraph): number {
  const size = Math.round(paragraph.size);
  const capitals = isCapitals(paragraph.text) ? 1 : 0;
  return size * 10 + (paragraph.bold ? 4 : 0) + capitals * 2 - (paragraph.italic ? 1 : 0);
}
