import { z } from "zod";
import { type Key, KeyPage, NewKey, SigningKeyList } from "../../workers/contract/identity.ts";
import type { Client } from "../client.ts";
import { formatTable } from "../table.ts";
import { type Command, exactly, UsageError, withoutGaps } from "./arguments.ts";
import { allOf } from "./pages.ts";
import { userIdOf } from "./users.ts";

const stateOf = (key: Key): string => {
  if (key.revoked_at !== null) return "revoked";
  if (key.expires_at === null) return "live";
  return Date.parse(key.expires_at) > Date.now() ? `until ${key.expires_at}` : "expired";
};

const formatKeys = (keys: Key[]): string =>
  formatTable(
    ["ID", "NAME", "OWNER", "SCOPES", "COLLECTIONS", "LAST USED", "STATE"],
    keys.map((key) => [
      key.id,
      key.name,
      key.user_id,
      key.scopes.join(" "),
      key.collections?.join(" ") ?? "all",
      key.last_used_at ?? "never",
      stateOf(key),
    ]),
  );

const saySecret = ({ key, secret }: z.infer<typeof NewKey>): string =>
  `${key.name}: ${key.id}\nThe key, shown this once:\n${secret}`;

async function rotateSigningKeys(client: Client, revoke: boolean): Promise<string> {
  const { items } = await client.send("POST", "/api/v1/signing-keys/rotate", SigningKeyList, { revoke });
  return formatTable(
    ["KEY", "STATE", "SIGNS FROM", "REFUSED FROM"],
    items.map((key) => [key.kid, key.state, key.active_from, key.retires_at ?? "–"]),
  );
}

export const keyCommands: Record<string, Command> = {
  async list(client, _, { user, all }) {
    const owner = all === true ? "all" : user === undefined ? undefined : await userIdOf(client, user);
    const query = owner === undefined ? "" : `?user_id=${encodeURIComponent(owner)}`;
    return formatKeys(await allOf(client, `/api/v1/keys${query}`, KeyPage));
  },

  async create(client, rest, { scope, only, expires }) {
    const [name] = exactly(rest, 1);
    if (scope === undefined) throw new UsageError("A key needs a scope.");
    const expiresAt = expires === undefined ? undefined : new Date(expires).toISOString();
    const body = { name, scopes: scope, ...withoutGaps({ collections: only, expires_at: expiresAt }) };
    return saySecret(await client.send("POST", "/api/v1/keys", NewKey, body));
  },

  async revoke(client, rest) {
    const [id] = exactly(rest, 1);
    await client.send("DELETE", `/api/v1/keys/${id}`, z.undefined());
    return "Revoked.";
  },

  /** Without an id, of the key that access tokens are signed with. */
  async rotate(client, rest, { overlap = "0", revoke = false }) {
    if (rest.length === 0) return rotateSigningKeys(client, revoke);
    const [id] = exactly(rest, 1);
    const body = { overlap_seconds: Number(overlap) };
    return saySecret(await client.send("POST", `/api/v1/keys/${id}/rotate`, NewKey, body));
  },
};
