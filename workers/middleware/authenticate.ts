import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import { AUDIENCE, ISSUER, verifyAccessToken } from "../identity/access-tokens.ts";
import { isApiKey, readApiKey } from "../identity/api-keys.ts";
import type { Claim } from "../identity/claim.ts";
import type { Principal } from "../identity/principal.ts";
import { meter } from "../monitoring/own-metrics/meter.ts";
import type { AppEnv } from "./context.ts";
import { assertSameSite } from "./cross-origin.ts";
import { limitAddress } from "./rate-limit.ts";
import { readAccessCookie } from "./session-cookies.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether the request may change something. */
export const isWrite = (c: Context<AppEnv>): boolean =>
  !READS.has(c.req.method) && c.get("policy").reads !== true;

/**
 * Finds out who asks, as of a few seconds ago: by a bearer token (an access token or an API key), by our cookie, or on a stream by a one-time
 * ticket, which always counts against its address. A credential that does not hold is refused even where none is
 * needed, and counts against its address, too.
 *
 * @throws AppError `credential_invalid`, `credential_expired`, `session_ended`
 */
export const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  c.set("claim", null);
  if (c.get("policy").role !== "public") {
    try {
      const claim = await claimOf(c);
      if (claim !== null) {
        c.set("principal", await principalOf(c, claim, { now: false }));
        c.set("claim", claim);
        meter.count("auth_attempts_total", { kind: claim.kind, outcome: "accepted" });
        const { apiKeys, inBackground } = c.get("services");
        if (claim.kind === "key") inBackground(apiKeys.markUsed(claim.keyId), "mark a key as used");
      }
    } catch (error) {
      if (error instanceof AppError && error.status === 401) {
        meter.count("auth_attempts_total", { kind: "credential", outcome: "refused" });
        await limitAddress(c);
      }
      throw error;
    }
  }
  await next();
});

/** Asks the stores anew who it is. @throws AppError `credential_invalid`, `session_ended` */
export async function authenticateAgain(c: Context<AppEnv>): Promise<void> {
  const claim = c.get("claim");
  if (claim !== null) c.set("principal", await principalOf(c, claim, { now: true }));
}

async function claimOf(c: Context<AppEnv>): Promise<Claim | null> {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) {
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization) ?? [];
    if (token === undefined) {
      throw new AppError("credential_invalid", {
        detail: "Send `Authorization: Bearer` with an API key or an access token.",
      });
    }
    return isApiKey(token) ? claimOfKey(c, token) : claimOfToken(c, token);
  }
  const ticket = isStream(c) ? c.req.query("ticket") : undefined;
  if (ticket !== undefined) {
    // Nothing but the database knows whether it is one: whoever guesses must not get as far.
    await limitAddress(c);
    return c.get("services").oneTimeTokens.redeemTicket(ticket);
  }
  const cookie = readAccessCookie(c);
  if (cookie === undefined) return null;
  assertSameSite(c);
  return claimOfToken(c, cookie);
}

async function claimOfToken(c: Context<AppEnv>, token: string): Promise<Claim> {
  const { signingKeys } = c.get("services");
  const { userId, sessionId } = await verifyAccessToken(token, {
    keyFor: (kid) => signingKeys.verificationKeyFor(kid),
    issuer: ISSUER,
    audience: AUDIENCE,
    now: Date.now(),
  });
  return { kind: "session", userId, sessionId };
}

function claimOfKey(c: Context<AppEnv>, token: string): Claim {
  const key = readApiKey(c.get("services").settings.AUTH_SECRET, token);
  if (key === null) throw new AppError("credential_invalid", { detail: "This is not an API key of ours." });
  return { kind: "key", keyId: key.id, hash: key.hash };
}

async function principalOf(c: Context<AppEnv>, claim: Claim, { now }: { now: boolean }): Promise<Principal> {
  const principal = await c.get("services").principals.of(claim, now);
  if (principal !== null) return principal;
  throw claim.kind === "session"
    ? new AppError("session_ended", { detail: "The session has ended. Sign in again." })
    : new AppError("credential_invalid", { detail: "The key is revoked or has expired." });
}

/** Only those who cannot send headers may put a ticket into the address: event streams and WebSockets. */
const isStream = (c: Context<AppEnv>): boolean =>
  c.req.method === "GET" &&
  ((c.req.header("accept") ?? "").includes("text/event-stream") ||
    c.req.header("upgrade")?.toLowerCase() === "websocket");
