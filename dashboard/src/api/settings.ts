import { RuntimeSettings } from "./admin-contract.ts";
import { SigningKeyList } from "./contract.ts";
import { json } from "./encode.ts";
import { fetchJson } from "./request.ts";

export const fetchSettings = (signal: AbortSignal) =>
  fetchJson(RuntimeSettings, "/api/v1/settings", { signal });

/** Each part that is named is replaced whole. */
export const updateSettings = (change: Partial<RuntimeSettings>) =>
  fetchJson(RuntimeSettings, "/api/v1/settings", json(change, "PATCH"));

export const listSigningKeys = (signal: AbortSignal) =>
  fetchJson(SigningKeyList, "/api/v1/signing-keys", { signal });

/** @param revoke whether tokens of the old keys are refused at once */
export const rotateSigningKeys = (revoke: boolean) =>
  fetchJson(SigningKeyList, "/api/v1/signing-keys/rotate", json({ revoke }));
