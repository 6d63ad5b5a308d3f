import { type ParsedDocument, UnparsableError } from "../parsed-document.ts";
import { DocumentBuilder } from "./document-builder.ts";
import { requireText } from "./plain-text.ts";
import { cleanText } from "./text-encoding.ts";

/** Deeper values are written as JSON on one line. */
const DEEPEST = 24;

/**
 * A JSON document as readable lines (`key: value`, members of members indented): one block a member of the
 * outermost object, or one an element of the outermost array.
 * @throws UnparsableError `damaged_document` with the line at which the JSON breaks
 */
export function parseJson(text: string): ParsedDocument {
  requireText(text);
  const value = readValue(text, () => lineOfError(text));
  const builder = new DocumentBuilder();
  if (Array.isArray(value)) for (const element of value) builder.paragraph(render(element));
  else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) builder.paragraph(render({ [key]: member }));
  } else builder.paragraph(render(value));
  return builder.finish(isObject(value) && typeof value.title === "string" ? value.title : null);
}

/**
 * JSON Lines: one block a line.
 * @throws UnparsableError `damaged_document` with the number of the first line that is not JSON
 */
export function parseJsonLines(text: string): ParsedDocument {
  requireText(text);
  const builder = new DocumentBuilder();
  let number = 0;
  for (const line of text.split("\n")) {
    number++;
    if (line.trim() === "") continue;
    const at = number;
    builder.paragraph(render(readValue(line, () => at)));
  }
  return builder.finish(null);
}

function readValue(text: string, lineOf: () => number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `Line ${lineOf()} is not valid JSON.`;
    throw new UnparsableError("damaged_document", message, { cause });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws UnparsableError `damaged_document` when values are nested too deeply to be written out */
function render(value: unknown): string {
  const lines: string[] = [];
  try {
    renderInto(lines, value, "", 0);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UnparsableError("damaged_document", "The JSON is nested too deeply.", { cause });
  }
  return cleanText(lines.join("\n"));
}

function renderInto(lines: string[], value: unknown, label: string, depth: number): void {
  const indent = "  ".repeat(Math.max(depth - (label === "" ? 0 : 1), 0));
  const prefix = label === "" ? indent : `${indent}${label} `;
  if (typeof value !== "object" || value === null) {
    lines.push(prefix + scalar(value));
  } else if (depth >= DEEPEST) {
    lines.push(prefix + JSON.stringify(value));
  } else if (
    Array.isArray(value) &&
    value.every((element) => typeof element !== "object" || element === null)
  ) {
    lines.push(prefix + value.map(scalar).join(", "));
  } else {
    if (label !== "") lines.push(prefix.trimEnd());
    const members = Array.isArray(value) ? value.map((element) => ["-", element] as const) : labelled(value);
    for (const [name, member] of members) renderInto(lines, member, name, depth + 1);
  }
}

function labelled(value: object): [string, unknown][] {
  return Object.entries(value).map(([key, member]) => [`${key}:`, member]);
}

function scalar(value: unknown): string {
  return typeof value === "string" ? value.replace(/\s*\n\s*/g, " ") : String(value);
}

/**
 * The line at which a text stops being JSON: engines word their errors differently, so the longest valid beginning
 * is found by reading tokens.
 */
function lineOfError(text: string): number {
  const token =
    /\s+|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y;
  const open: string[] = [];
  let before = "";
  let line = 1;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const found = match[0];
    if (/^\s/.test(found)) line += found.split("\n").length - 1;
    else if (!follows(before, found, open)) return line;
    else before = found;
  }
  return line;
}

/** Whether a token may stand after another inside the brackets that are open; notes brackets that open and close. */
function follows(before: string, token: string, open: string[]): boolean {
  const ends = before !== "" && !"{[,:".includes(before);
  if (token === "}" || token === "]") {
    if (open.pop() !== (token === "}" ? "{" : "[")) return false;
    return before !== "," && before !== ":";
  }
  if (token === "," || token === ":") return ends && open.length > 0;
  if (ends) return false;
  if (token === "{" || token === "[") open.push(token);
  return true;
}
