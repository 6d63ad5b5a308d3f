import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { describe, expect, it } from "vitest";
import packageFile from "../../package.json" with { type: "json" };
import { ROOT } from "../../scripts/root.ts";
import { codeBlocksOf, pages, readPage } from "./doc-pages.ts";

const madeHere = readFileSync(join(ROOT, ".gitignore"), "utf8").split("\n").filter(Boolean);

describe.each(pages)("%s", (page) => {
  it("names npm scripts that exist", () => {
    const named = [...readPage(page).matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name);
    expect(named.filter((name) => name === undefined || !(name in packageFile.scripts))).toEqual([]);
  });

  it("names files that exist", () => {
    expect(pathsNamedIn(page).filter((path) => globSync(path, { cwd: ROOT }).length === 0)).toEqual([]);
  });

  it("links to pages and headings that exist", () => {
    const links = [...readPage(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });

  it("marks each block of commands as run or not", () => {
    const unmarked = codeBlocksOf(page).filter(
      ({ language, code }) => ["", "bash", "shell"].includes(language) && /^(?:curl|npm|npx) /m.test(code),
    );
    expect(unmarked).toEqual([]);
  });
});

/** What stands between backticks and looks like a path into the repository. */
function pathsNamedIn(page: string): string[] {
  const quoted = [...readPage(page).matchAll(/`([^`\n]+)`/g)].map(([, text = ""]) => text);
  return quoted.filter((text) => {
    if (madeHere.some((path) => text.startsWith(path))) return false;
    if (/^[\w-]+\.(?:json|toml|yml)$/.test(text)) return true;
    const [folder = ""] = text.split("/");
    return /^[\w-]+\/[\w./*-]*$/.test(text) && existsSync(join(ROOT, folder));
  });
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || headingsOf(target).includes(anchor);
}

/** The anchors that a page's headings get where it is shown. */
const headingsOf = (page: string): string[] =>
  [...readPage(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

describe("the table of imports in docs/architecture.md", () => {
  it("is that of the code", () => {
    const rows = readPage("docs/architecture.md").matchAll(/^\| `([^`]+)` \| (–|`.*`) \|$/gm);
    const documented = [...rows].map(([, part, imports = ""]) => [
      part,
      [...imports.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    ]);
    expect(Object.fromEntries(documented)).toEqual(readImports());
  });
});

/** Which part of our own code imports which others. */
function readImports(): Record<string, string[]> {
  const sources = globSync(
    ["workers/**/*.ts", "durable-objects/**/*.ts", "cli/**/*.ts", "dashboard/src/**/*.{ts,vue}"],
    { cwd: ROOT },
  );
  const imports = new Map<string, Set<string>>();
  for (const source of sources) {
    const from = partOf(source);
    const others = imports.get(from) ?? new Set();
    imports.set(from, others);
    for (const [, path = ""] of readFileSync(join(ROOT, source), "utf8").matchAll(/from "(\.[^"]+)"/g)) {
      const to = partOf(join(dirname(source), path));
      if (to !== from && to !== "package.json") others.add(to);
    }
  }
  return Object.fromEntries([...imports].map(([part, others]) => [part, [...others].sort()]));
}

/** A folder of the Worker, a file of its own, or a folder beside it. */
function partOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "workers" ? `${first}/${second}` : first;
}
