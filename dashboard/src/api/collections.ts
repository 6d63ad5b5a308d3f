import { Collection, CollectionPage } from "./contract.ts";
import { fetchJson, json } from "./request.ts";

export const listCollections = (signal: AbortSignal) =>
  fetchJson(CollectionPage, "/api/v1/collections?limit=200", { signal });

export const createCollection = (name: string) =>
  fetchJson(Collection, "/api/v1/collections", json({ name }));
