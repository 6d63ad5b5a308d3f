import { Accepted, Document, DocumentPage, DocumentText, VersionPage } from "./contract.ts";
import { json, queryString } from "./encode.ts";
import { fetchJson, send } from "./request.ts";

/** Which documents to list; null where any will do. */
export interface DocumentFilter {
  readonly collection: string | null;
  readonly status: string | null;
  readonly q: string | null;
  readonly sort: string | null;
  readonly cursor: string | null;
}

const DOCUMENTS_PER_PAGE = 25;

export const listDocuments = (filter: DocumentFilter, signal: AbortSignal) =>
  fetchJson(DocumentPage, `/api/v1/documents${queryString({ ...filter, limit: DOCUMENTS_PER_PAGE })}`, {
    signal,
  });

export const fetchDocument = (id: string, signal: AbortSignal) =>
  fetchJson(Document, documentPath(id), { signal });

export const listVersions = (id: string, signal: AbortSignal) =>
  fetchJson(VersionPage, `${documentPath(id)}/versions`, { signal });

/** The text as it is stored: citations count their characters in it. */
export const fetchText = (id: string, version: number, signal: AbortSignal) =>
  fetchJson(DocumentText, `${documentPath(id)}/text${queryString({ version })}`, { signal });

/** Where the browser downloads the original bytes from. */
export const contentUrl = (id: string, version: number) =>
  `${documentPath(id)}/content${queryString({ version })}`;

export async function deleteDocument(id: string): Promise<void> {
  await send(documentPath(id), { method: "DELETE" });
}

/** Begins ingestion of the newest version anew. */
export const reindexDocument = (id: string) =>
  fetchJson(Accepted, `${documentPath(id)}/reindex`, { method: "POST" });

/** Whether only grants on the document itself let people read it. @throws {Failure} without the right to manage it */
export const restrictDocument = (id: string, restricted: boolean) =>
  fetchJson(Document, documentPath(id), json({ restricted }, "PATCH"));

function documentPath(id: string): string {
  return `/api/v1/documents/${encodeURIComponent(id)}`;
}
