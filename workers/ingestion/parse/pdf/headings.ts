import type { Paragraph } from "./paragraphs.ts";

const LONGEST = 180;
const MOST_LINES = 3;
const MOST_LEVELS = 6;
/** A heading's letters are this much larger than the body's. */
const LARGER = 1.12;
const PART = /^part\s+[ivx]{1,4}\b\.?/i;
const ITEM = /^item\s+\d{1,2}[a-c]?\s*[.:—–-]?\s*\S*/i;
const NUMBERED = /^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\p{Lu}/u;

/** Which paragraphs are headings, and of which level, from what stands out against the body of the document. */
export class Headings {
  private readonly ranks = new Map<string, number>();
  private readonly offset: number;
  private readonly bodySize: number;
  private readonly isBodyBold: boolean;

  constructor(paragraphs: readonly Paragraph[], bodySize: number, isBodyBold: boolean) {
    this.bodySize = bodySize;
    this.isBodyBold = isBodyBold;
    const outlined = paragraphs.filter((paragraph) => isOutlined(paragraph)).length;
    this.offset = outlined >= 3 ? 2 : 0;
    const styles = new Map<string, Paragraph>();
    for (const paragraph of paragraphs) {
      if (this.isStyled(paragraph) && !isOutlined(paragraph)) styles.set(styleOf(paragraph), paragraph);
    }
    const sorted = [...styles.entries()].sort(([, one], [, other]) => weight(other) - weight(one));
    for (const [index, [style]] of sorted.entries()) this.ranks.set(style, index + 1);
  }

  /** From 1, or null for what is no heading. */
  levelOf(paragraph: Paragraph): number | null {
    if (PART.test(paragraph.text) && isOutlined(paragraph)) return 1;
    if (isOutlined(paragraph)) return 2;
    if (!this.isStyled(paragraph)) return null;
    const numbers = NUMBERED.exec(paragraph.text)?.[1];
    if (numbers !== undefined && this.offset === 0) return Math.min(numbers.split(".").length, MOST_LEVELS);
    return Math.min(this.offset + (this.ranks.get(styleOf(paragraph)) ?? 1), MOST_LEVELS);
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
function isOutlined({ text, lines }: Paragraph): boolean {
  if (lines > MOST_LINES || text.length > LONGEST) return false;
  if (PART.test(text)) return text.length <= 60;
  return (
    ITEM.test(text) &&
    !/[a-z],? (?:of|in|to|and|above|below|herein)\b.*[.,]$/i.test(text) &&
    /^item/i.test(text) &&
    !/\.\s+\S.*\.$/.test(text)
  );
}

function isCapitals(text: string): boolean {
  return !/\p{Ll}/u.test(text) && /\p{Lu}{3}/u.test(text) && !/\d{3}/.test(text);
}

function styleOf(paragraph: Paragraph): string {
  const size = Math.round(paragraph.size * 2) / 2;
  return `${size}|${paragraph.bold}|${paragraph.italic}|${isCapitals(paragraph.text)}`;
}

function weight(paragraph: Paragraph): number {
  const capitals = isCapitals(paragraph.text) ? 0.2 : 0;
  return paragraph.size * 10 + (paragraph.bold ? 2 : 0) - (paragraph.italic ? 1 : 0) + capitals;
}
