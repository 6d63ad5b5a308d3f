import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/root.ts";

export interface CodeBlock {
  page: string;
  /** The line of the page that the block's first line stands on, from 1. */
  line: number;
  language: string;
  code: string;
}

/** The pages of documentation, by their path in the repository. */
export const pages: string[] = globSync(["*.md", "docs/*.md"], { cwd: ROOT }).sort();

export const readPage = (page: string): string => readFileSync(join(ROOT, page), "utf8");

/** The fenced blocks of a page. */
export function codeBlocksOf(page: string): CodeBlock[] {
  const text = readPage(page);
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ index, 1: language = "", 2: code = "" }) => ({
    page,
    line: text.slice(0, index).split("\n").length + 1,
    language,
    code,
  }));
}
