import { Collection, CollectionPage, type Visibility } from "./contract.ts";
import { json } from "./encode.ts";
import { fetchJson } from "./request.ts";

export const listCollections = (signal: AbortSignal) =>
  fetchJson(CollectionPage, "/api/v1/collections?limit=200", { signal });

export const createCollection = (name: string) =>
  fetchJson(Collection, "/api/v1/collections", json({ name }));

/** Says who may read a collection without a grant. @throws {Failure} without the right to manage it */
export const changeVisibility = (name: string, visibility: Visibility) =>
  fetchJson(Collection, `/api/v1/collections/${encodeURIComponent(name)}`, json({ visibility }, "PATCH"));
