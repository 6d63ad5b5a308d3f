import type { Block, ParsedDocument } from "../parsed-document.ts";
import { requireText } from "./plain-text.ts";

interface Line {
  start: number;
  /** Before the line feed. */
  end: number;
  text: string;
}

const FRONT_MATTER = /^---[ \t]*\n(?:[\s\S]*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)/;
const FRONT_MATTER_TITLE = /^title[ \t]*:[ \t]*(["']?)(.+?)\1[ \t]*$/m;
const ATX_HEADING = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const SETEXT_RULE = /^ {0,3}(=+|-+)[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LIST_ITEM = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S/;
const TABLE_DIVIDER = /^\|?(?:[ \t]*:?-+:?[ \t]*\|)*(?:[ \t]*:?-+:?)?$/;
const THEMATIC_BREAK = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;

/**
 * Markdown is stored as it is written. A light reading by lines finds headings, fenced code, tables, list items and
 * paragraphs (CommonMark 0.31 and GitHub's tables, without what does not matter for retrieval).
 */
export function parseMarkdown(text: string): ParsedDocument {
  requireText(text);
  const frontMatter = FRONT_MATTER.exec(text)?.[0] ?? "";
  const lines = splitLines(text, frontMatter.length);
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) at = readBlock(lines, at, blocks);
  if (blocks.length === 0) requireText("");
  const stated = FRONT_MATTER_TITLE.exec(frontMatter)?.[2];
  const title = stated ?? firstHeading(text, blocks);
  return { title: title ?? null, text, pages: [{ page: 1, start: 0, end: text.length }], blocks };
}

/** The words of a Markdown heading, without its marks. */
export function headingText(source: string): string {
  const firstLine = source.replace(/\n[^\n]*$/, "");
  const marks = ATX_HEADING.exec(firstLine)?.[0];
  if (marks === undefined) return firstLine.trim();
  const words = firstLine.slice(marks.length).trim();
  const closing = /#+$/.exec(words)?.index ?? words.length;
  return closing === 0 || /[ \t]/.test(words.charAt(closing - 1)) ? words.slice(0, closing).trim() : words;
}

function splitLines(text: string, from: number): Line[] {
  const lines: Line[] = [];
  let start = from;
  while (start < text.length) {
    const feed = text.indexOf("\n", start);
    const end = feed < 0 ? text.length : feed;
    lines.push({ start, end, text: text.slice(start, end) });
    start = end + 1;
  }
  return lines;
}

/** Reads the block that starts at a line and answers with the line after it. */
function readBlock(lines: readonly Line[], at: number, blocks: Block[]): number {
  const line = lines[at];
  if (line === undefined || line.text.trim() === "") return at + 1;
  const atx = ATX_HEADING.exec(line.text);
  if (atx !== null) {
    blocks.push({ kind: "heading", level: atx[1]?.length ?? 1, ...trimmed(line, line) });
    return at + 1;
  }
  const fence = FENCE.exec(line.text)?.[1];
  if (fence !== undefined) return pushText(lines, at, endOfFence(lines, at, fence), blocks);
  if (THEMATIC_BREAK.test(line.text)) return pushText(lines, at, at + 1, blocks);
  const next = lines[at + 1];
  if (next !== undefined && line.text.includes("|") && isTableDivider(next.text)) {
    return readTable(lines, at, blocks);
  }
  return readParagraph(lines, at, blocks);
}

function isTableDivider(text: string): boolean {
  const line = text.trim();
  return line.includes("-") && TABLE_DIVIDER.test(line);
}

function endOfFence(lines: readonly Line[], at: number, fence: string): number {
  for (let index = at + 1; index < lines.length; index++) {
    const text = lines[index]?.text.trim() ?? "";
    if (text.startsWith(fence) && text.replaceAll(fence.charAt(0), "") === "") return index + 1;
  }
  return lines.length;
}

function readTable(lines: readonly Line[], at: number, blocks: Block[]): number {
  let end = at + 2;
  while (end < lines.length && (lines[end]?.text.trim() ?? "") !== "" && lines[end]?.text.includes("|"))
    end++;
  const first = lines[at];
  const divider = lines[at + 1];
  const last = lines[end - 1];
  if (first !== undefined && divider !== undefined && last !== undefined) {
    blocks.push({ kind: "table", ...trimmed(first, last), header: trimmed(first, divider), caption: null });
  }
  return end;
}

/** A paragraph or a list item: up to a blank line, or to a line that starts something else. */
function readParagraph(lines: readonly Line[], at: number, blocks: Block[]): number {
  let end = at + 1;
  for (; end < lines.length; end++) {
    const text = lines[end]?.text ?? "";
    const rule = SETEXT_RULE.exec(text);
    const first = lines[at];
    const last = lines[end];
    if (rule !== null && first !== undefined && last !== undefined && !LIST_ITEM.test(first.text)) {
      blocks.push({ kind: "heading", level: rule[1]?.startsWith("=") ? 1 : 2, ...trimmed(first, last) });
      return end + 1;
    }
    if (text.trim() === "" || ATX_HEADING.test(text) || FENCE.test(text) || LIST_ITEM.test(text)) break;
    const next = lines[end + 1];
    if (next !== undefined && text.includes("|") && isTableDivider(next.text)) break;
  }
  return pushText(lines, at, end, blocks);
}

function pushText(lines: readonly Line[], from: number, to: number, blocks: Block[]): number {
  const first = lines[from];
  const last = lines[to - 1];
  if (first !== undefined && last !== undefined) blocks.push({ kind: "text", ...trimmed(first, last) });
  return to;
}

/** From the first character of one line that is not white space to the last of another. */
function trimmed(first: Line, last: Line): { start: number; end: number } {
  const start = first.start + (first.text.length - first.text.trimStart().length);
  return { start, end: Math.max(start, last.start + last.text.trimEnd().length) };
}

function firstHeading(text: string, blocks: readonly Block[]): string | undefined {
  const heading = blocks.find((block) => block.kind === "heading" && block.level === 1);
  if (heading === undefined) return undefined;
  return headingText(text.slice(heading.start, heading.end)) || undefined;
}
