import { env } from "cloudflare:workers";
import { type Role, SCOPES, type Scope } from "../../workers/contract/access.ts";
import { AUDIENCE, ISSUER, issueAccessToken } from "../../workers/identity/access-tokens.ts";
import { makeApiKey } from "../../workers/identity/api-keys.ts";
import { createServices } from "../../workers/services.ts";
import { newId } from "../../workers/storage/ids.ts";

export interface Somebody {
  userId: string;
  email: string;
  /** An API key with all scopes and no limit that a test would meet. */
  key: string;
}

const NO_LIMIT = JSON.stringify({ per_minute: 1_000_000, burst: 100_000 });
const FOREVER = Date.parse("2100-01-01");

/** A user with a key of his own, put straight into the stores: tests of sign-in itself go the whole way. */
export async function addUser(
  role: Role,
  options: { email?: string; scopes?: Scope[] } = {},
): Promise<Somebody> {
  const userId = newId("usr", Date.now());
  const email = options.email ?? `${userId}@almanac.test`;
  await env.DB.prepare(
    "INSERT INTO user (id, email, name, role, tier, state, created_at, updated_at) VALUES (?, ?, ?, ?, 'authenticated', 'active', ?, ?)",
  )
    .bind(userId, email, `Name of ${role}`, role, Date.now(), Date.now())
    .run();
  return { userId, email, key: await addKey(userId, options.scopes ?? [...SCOPES]) };
}

export async function addKey(
  userId: string,
  scopes: Scope[],
  collections: string[] | null = null,
): Promise<string> {
  const { id, secret, hash } = makeApiKey(env.AUTH_SECRET);
  await env.DB.prepare(
    "INSERT INTO api_key (id, user_id, name, hash, scopes, collections, rate_limit, created_at) VALUES (?, ?, 'test', ?, ?, ?, ?, ?)",
  )
    .bind(
      id,
      userId,
      hash,
      JSON.stringify(scopes),
      collections && JSON.stringify(collections),
      NO_LIMIT,
      Date.now(),
    )
    .run();
  return secret;
}

export const addAdmin = async (): Promise<string> => (await addUser("super_admin")).key;

/** A session of a user with an access token of it. */
export async function addSession(userId: string, role: Role): Promise<{ sessionId: string; token: string }> {
  const sessionId = newId("ses", Date.now());
  const now = Date.now();
  await env.DB.prepare(
    "INSERT INTO session (id, user_id, generation, nonce, device_name, method, created_at, refreshed_at, expires_at) VALUES (?, ?, 1, 'nonce', 'test', 'password', ?, ?, ?)",
  )
    .bind(sessionId, userId, now, now, FOREVER)
    .run();
  const { signingKeys } = createServices(env, () => undefined);
  const claims = { userId, sessionId, role, issuer: ISSUER, audience: AUDIENCE, now };
  return { sessionId, token: await issueAccessToken(await signingKeys.currentSigner(), claims) };
}
