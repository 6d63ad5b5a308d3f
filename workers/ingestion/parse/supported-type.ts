/** The formats that are ingested, by their MIME types. */
export const SUPPORTED_TYPES = [
  "application/pdf",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  "text/html",
  "text/markdown",
  "text/plain",
  "text/csv",
  "text/tab-separated-values",
  "application/json",
  "application/x-ndjson",
] as const;

export type SupportedType = (typeof SUPPORTED_TYPES)[number];

export const DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

const BY_EXTENSION: Readonly<Record<string, SupportedType>> = {
  pdf: "application/pdf",
  docx: DOCX_TYPE,
  html: "text/html",
  htm: "text/html",
  xhtml: "text/html",
  md: "text/markdown",
  markdown: "text/markdown",
  mdx: "text/markdown",
  txt: "text/plain",
  text: "text/plain",
  log: "text/plain",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  tab: "text/tab-separated-values",
  json: "application/json",
  jsonl: "application/x-ndjson",
  ndjson: "application/x-ndjson",
};

const BY_DECLARED: Readonly<Record<string, SupportedType>> = {
  "application/xhtml+xml": "text/html",
  "text/x-markdown": "text/markdown",
  "application/csv": "text/csv",
  "text/json": "application/json",
  "application/jsonl": "application/x-ndjson",
  "application/x-jsonlines": "application/x-ndjson",
};

/** Extensions of binary formats that are not ingested: a text under such a name is not what it claims. */
const OTHER_BINARY = new Set(
  "doc xls xlsx ppt pptx odt ods odp rtf png jpg jpeg gif webp bmp tif tiff ico zip gz 7z rar tar exe dll mp3 mp4 mov avi wav epub".split(
    " ",
  ),
);

export interface TypeClaim {
  /** The supported type that the file claims to have, or "other" for a known binary one. */
  type: SupportedType | "other";
  /** How the claim is put into a sentence: `.pdf` or `application/pdf`. */
  claim: string;
}

/** What the file's name says, or else what the uploader declared; null when neither says anything. */
export function claimedType(hints: { name?: string; declared?: string }): TypeClaim | null {
  const extension = /\.([a-z0-9]{1,10})$/i.exec(hints.name ?? "")?.[1]?.toLowerCase();
  if (extension !== undefined) {
    const type = BY_EXTENSION[extension];
    if (type !== undefined) return { type, claim: `.${extension}` };
    if (OTHER_BINARY.has(extension)) return { type: "other", claim: `.${extension}` };
  }
  const declared = hints.declared?.split(";")[0]?.trim().toLowerCase() ?? "";
  const type = SUPPORTED_TYPES.find((supported) => supported === declared) ?? BY_DECLARED[declared];
  if (type !== undefined) return { type, claim: declared };
  return /^(image|audio|video|font)\//.test(declared) ? { type: "other", claim: declared } : null;
}
