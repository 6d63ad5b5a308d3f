import { headingText } from "../parse/markdown.ts";
import type { ParsedDocument } from "../parsed-document.ts";
import { type Unit, unitsOf } from "./units.ts";

/** What stands under one heading path, its own heading (or run of headings) first. */
export interface Section {
  /** The headings that lead to it, outermost first, its own last. */
  path: readonly string[];
  units: Unit[];
  tokens: number;
  hasContent: boolean;
}

interface OpenHeading {
  level: number;
  text: string;
}

/** Cuts a document at its headings. A heading with nothing under it stays with the section that follows. */
export function sectionsOf(document: ParsedDocument, limit: number): Section[] {
  const sections: Section[] = [];
  const open: OpenHeading[] = [];
  let current: Section = { path: [], units: [], tokens: 0, hasContent: false };
  for (const block of document.blocks) {
    if (block.kind === "heading") {
      while (open.length > 0 && (open.at(-1)?.level ?? 0) >= block.level) open.pop();
      open.push({ level: block.level, text: headingText(document.text.slice(block.start, block.end)) });
      const path = open.map((heading) => heading.text);
      if (current.hasContent) {
        sections.push(current);
        current = { path, units: [], tokens: 0, hasContent: false };
      } else current.path = path;
    } else current.hasContent = true;
    for (const unit of unitsOf(document.text, block, limit)) {
      current.units.push(unit);
      current.tokens += unit.tokens;
    }
  }
  if (current.units.length > 0) sections.push(current);
  return sections.map((section) => ({ ...section, path: withoutTitle(section.path, document.title) }));
}

/**
 * Joins neighbouring sections that are small together, as long as they are siblings or parent and first child:
 * the joined one then stands under what they have in common.
 */
export function joinSmallSections(sections: readonly Section[], target: number): Section[] {
  const joined: Section[] = [];
  for (const section of sections) {
    const last = joined.at(-1);
    const common = last === undefined ? null : commonParent(last.path, section.path);
    if (last !== undefined && common !== null && last.tokens + section.tokens <= target) {
      last.path = common;
      for (const unit of section.units) last.units.push(unit);
      last.tokens += section.tokens;
    } else joined.push({ ...section, units: [...section.units] });
  }
  return joined;
}

/** The path that two neighbours share when they are siblings, or one is right under the other; else null. */
function commonParent(first: readonly string[], second: readonly string[]): readonly string[] | null {
  let shared = 0;
  while (shared < first.length && shared < second.length && first[shared] === second[shared]) shared++;
  const isNear = first.length - shared <= 1 && second.length - shared <= 1;
  const isTopLevel = shared === 0 && first.length > 0 && second.length > 0;
  return isNear && !isTopLevel ? first.slice(0, shared) : null;
}

/** A document's title says nothing about which of its parts a chunk is from. */
function withoutTitle(path: readonly string[], title: string | null): readonly string[] {
  return path.length > 0 && path[0] === title ? path.slice(1) : path;
}
