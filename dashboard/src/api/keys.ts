import { KeyPage, NewKey, type Scope } from "./contract.ts";
import { json, queryString } from "./encode.ts";
import { fetchJson, send } from "./request.ts";

/** What a new key is to be; what is left out is as wide as its owner. */
export interface KeyWish {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly collections?: readonly string[];
  readonly expires_at?: string;
}

/** @param owner a user's id, or `all`, which is for admins; null for one's own */
export const listKeys = (owner: string | null, cursor: string | null, signal: AbortSignal) =>
  fetchJson(KeyPage, `/api/v1/keys${queryString({ user_id: owner, cursor })}`, { signal });

export const createKey = (wish: KeyWish) => fetchJson(NewKey, "/api/v1/keys", json(wish));

/** Gives a key a new secret. @param overlap seconds that the old one goes on to work */
export const rotateKey = (id: string, overlap: number) =>
  fetchJson(NewKey, `${keyPath(id)}/rotate`, json({ overlap_seconds: overlap }));

export async function revokeKey(id: string): Promise<void> {
  await send(keyPath(id), { method: "DELETE" });
}

const keyPath = (id: string) => `/api/v1/keys/${encodeURIComponent(id)}`;
