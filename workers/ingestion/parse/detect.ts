import { UnparsableError } from "../parsed-document.ts";
import { type BinaryKind, detectBinary } from "./signatures.ts";
import { claimedType, DOCX_TYPE, type SupportedType, type TypeClaim } from "./supported-type.ts";
import { cleanText, detectEncoding, type TextEncoding } from "./text-encoding.ts";

export interface DetectedType {
  type: SupportedType;
  /** How the text is encoded; null for binary formats. */
  encoding: TextEncoding | null;
}

/** How much of a text is read to tell what it is. */
const SAMPLE_BYTES = 64 * 1024;
const SUPPORTED_BINARY: Readonly<Record<string, SupportedType>> = { pdf: "application/pdf", docx: DOCX_TYPE };
/** Names under which a whole HTML page is no surprise. */
const MAY_BE_HTML: ReadonlySet<string> = new Set(["text/html", "text/plain", "text/markdown"]);
const HTML_START = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;
const HTML_FRAGMENT =
  /^\s*<(?:div|p|table|h[1-6]|article|section|main|meta|title|script|style|ul|ol|span)\b[^>]*>/i;
const XML_START = /^\s*<(?:\?xml|!doctype|svg\b|rss\b|feed\b)/i;
const MARKDOWN =
  /^(?:#{1,6} \S|\|.*\|\n\|[ :|-]+\|\n|```|---\n[\s\S]{0,2000}?\n---\n)|^\s*[-*] \[[^\]]+\]\([^)]+\)/m;

/**
 * What a file is, by its content. Name and declared type only choose among formats that are all plain text.
 *
 * @param head the first bytes, 64 KiB or more if there are as many
 * @param fullBytes the whole file where it is at hand: telling DOCX from other ZIP archives needs its end
 * @throws UnparsableError `empty_document`, `unsupported_type`, `type_mismatch`, `encrypted_document` (Office files
 *   with a password), `damaged_document` (a ZIP archive without its directory), `archive_bomb`
 */
export function detectType(
  head: Uint8Array,
  fullBytes: Uint8Array | undefined,
  hints: { name?: string; declared?: string },
): DetectedType {
  const bytes = fullBytes ?? head;
  if (bytes.length === 0) throw new UnparsableError("empty_document", "The file is empty.");
  const claim = claimedType(hints);
  const binary = detectBinary(bytes);
  if (binary !== null) return { type: binaryType(binary, claim), encoding: null };
  const encoding = detectEncoding(bytes);
  if (encoding === null)
    throw unsupported({ kind: "unknown", label: "binary data of an unknown kind" }, claim);
  const sample = cleanText(new TextDecoder(encoding).decode(bytes.subarray(0, SAMPLE_BYTES)));
  return { type: textType(sample, bytes.length <= SAMPLE_BYTES, claim), encoding };
}

function binaryType(binary: BinaryKind, claim: TypeClaim | null): SupportedType {
  if (binary.kind === "encrypted-office") {
    throw new UnparsableError(
      "encrypted_document",
      "The document is protected with a password. Remove the password and upload it again.",
    );
  }
  const type = SUPPORTED_BINARY[binary.kind];
  if (type === undefined) throw unsupported(binary, claim);
  if (claim !== null && claim.type !== type) throw mismatch(claim, binary.label);
  return type;
}

function textType(sample: string, isWhole: boolean, claim: TypeClaim | null): SupportedType {
  const isHtml = HTML_START.test(sample);
  if (claim !== null && !isTextual(claim.type)) throw mismatch(claim, isHtml ? "an HTML page" : "plain text");
  const hint = claim === null || claim.type === "other" ? undefined : claim.type;
  if (isHtml) {
    if (claim !== null && !MAY_BE_HTML.has(claim.type)) throw mismatch(claim, "an HTML page");
    return "text/html";
  }
  if (hint !== undefined && hint !== "text/plain") return hint;
  if (XML_START.test(sample)) throw unsupported({ kind: "xml", label: "an XML file" }, null);
  const json = jsonType(sample, isWhole);
  if (json !== null) return json;
  if (hint === "text/plain") return hint;
  if (HTML_FRAGMENT.test(sample)) return "text/html";
  if (MARKDOWN.test(sample)) return "text/markdown";
  return delimitedType(sample) ?? "text/plain";
}

function isTextual(type: TypeClaim["type"]): boolean {
  return type !== "other" && type !== "application/pdf" && type !== DOCX_TYPE;
}

function jsonType(sample: string, isWhole: boolean): SupportedType | null {
  const trimmed = sample.trim();
  if (!/^[{[]/.test(trimmed)) return null;
  const lines = trimmed.split("\n").filter((line) => line.trim() !== "");
  const wholeLines = isWhole ? lines : lines.slice(0, -1);
  if (wholeLines.length > 1 && wholeLines.every((line) => line.startsWith("{") && isJson(line))) {
    return "application/x-ndjson";
  }
  if (isWhole) return isJson(trimmed) ? "application/json" : null;
  return /^(?:\[\s*)*(?:\{\s*"|\[)/.test(trimmed) ? "application/json" : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Three lines or more that all hold the same delimiter the same number of times, twice or more. */
function delimitedType(sample: string): SupportedType | null {
  const lines = sample
    .split("\n", 21)
    .slice(0, 20)
    .filter((line) => line !== "");
  if (lines.length < 3) return null;
  for (const [delimiter, type] of [
    ["\t", "text/tab-separated-values"],
    [",", "text/csv"],
    [";", "text/csv"],
  ] as const) {
    const counts = lines.map((line) => line.replace(/"[^"]*"/g, "").split(delimiter).length - 1);
    const first = counts[0] ?? 0;
    if (first >= 2 && counts.every((count) => count === first)) return type;
  }
  return null;
}

function unsupported(binary: BinaryKind, claim: TypeClaim | null): UnparsableError {
  const isClaimTrue = claim === null || claim.type === "other";
  if (!isClaimTrue) return mismatch(claim, binary.label);
  return new UnparsableError(
    "unsupported_type",
    `The file is ${binary.label}. Supported are PDF, Word (.docx), HTML, Markdown, plain text, CSV, TSV, JSON and JSON Lines.`,
  );
}

function mismatch(claim: TypeClaim, actual: string): UnparsableError {
  return new UnparsableError(
    "type_mismatch",
    `The file claims to be ${claim.claim} but its content is ${actual}. Give it its right name or upload the right file.`,
  );
}
