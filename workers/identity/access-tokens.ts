import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { Role } from "../contract/access.ts";
import { AppError } from "../errors.ts";

export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** How far two clocks may be apart. */
export const CLOCK_TOLERANCE_SECONDS = 5;
export const ISSUER = "almanac";
export const AUDIENCE = "almanac-api";

const ALGORITHM = "RS256";
/** The media type of access tokens (RFC 9068), so that no other kind of token of ours passes for one. */
const TYPE = "at+jwt";
const MAX_LENGTH = 4096;

export interface Signer {
  kid: string;
  privateKey: CryptoKey;
}

export interface AccessClaims {
  userId: string;
  sessionId: string;
  role: Role;
}

/** An access token of 15 minutes. @param claims `now` in epoch milliseconds */
export function issueAccessToken(
  { kid, privateKey }: Signer,
  claims: AccessClaims & { issuer?: string; audience?: string; now: number },
): Promise<string> {
  const issuedAt = Math.floor(claims.now / 1000);
  return new SignJWT({ sid: claims.sessionId, role: claims.role })
    .setProtectedHeader(headerOf(kid))
    .setIssuer(claims.issuer ?? ISSUER)
    .setAudience(claims.audience ?? AUDIENCE)
    .setSubject(claims.userId)
    .setJti(crypto.randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
    .sign(privateKey);
}

/** When a token that is issued now runs out, in epoch milliseconds. */
export const accessExpiryOf = (now: number): number => (Math.floor(now / 1000) + ACCESS_TOKEN_SECONDS) * 1000;

export interface Verification {
  /** The public key of that id, or null where it is none of ours or not accepted any more. */
  keyFor: (kid: string) => Promise<CryptoKey | null>;
  issuer?: string;
  audience?: string;
  /** Epoch milliseconds. */
  now: number;
}

/**
 * Reads an access token that we issued (RFC 8725, RFC 9068). Its header must be, byte for byte, the one that we write
 * for its key: so no other algorithm, no key or address of a key that comes along (`jwk`, `jku`, `x5u`, `x5c`), no
 * `crit` or `b64`, and no member twice.
 *
 * @returns the claims, with times in epoch milliseconds
 * @throws AppError `credential_expired` for a genuine token that is too old, else `credential_invalid`
 */
export async function verifyAccessToken(token: string, verification: Verification) {
  const kid = kidOf(token);
  const key = kid === null ? null : await verification.keyFor(kid);
  if (key === null) throw invalid();
  const verified = await jwtVerify(token, key, {
    algorithms: [ALGORITHM],
    typ: TYPE,
    issuer: verification.issuer ?? ISSUER,
    audience: verification.audience ?? AUDIENCE,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    maxTokenAge: ACCESS_TOKEN_SECONDS,
    currentDate: new Date(verification.now),
  }).catch((cause: unknown) => {
    if (cause instanceof errors.JWTExpired) throw expired(cause);
    throw invalid(cause);
  });
  const claims = Claims.safeParse(verified.payload);
  if (!claims.success) throw invalid(claims.error);
  const { sub, sid, role, iat, exp } = claims.data;
  return { userId: sub, sessionId: sid, role, issuedAt: iat * 1000, expiresAt: exp * 1000 };
}

const Claims = z.object({
  sub: z.string().regex(/^usr_[0-9a-z]{26}$/),
  sid: z.string().regex(/^ses_[0-9a-z]{26}$/),
  aud: z.string(),
  jti: z.string().min(1),
  role: Role,
  iat: z.int(),
  exp: z.int(),
});

/** Ids of keys are thumbprints (RFC 7638): anything else is not worth a look-up. */
const KID = /^[A-Za-z0-9_-]{43}$/;
const PART = /^[A-Za-z0-9_-]+$/;

const headerOf = (kid: string) => ({ alg: ALGORITHM, typ: TYPE, kid });

/** The key that the token names, if it could be one of ours by its form. */
function kidOf(token: string): string | null {
  if (token.length > MAX_LENGTH) return null;
  const parts = token.split(".");
  if (parts.length !== 3 || !parts.every(isCanonical)) return null;
  const header = Buffer.from(parts[0] ?? "", "base64url").toString();
  const [, kid = ""] = /"kid":"([^"]*)"/.exec(header) ?? [];
  return KID.test(kid) && header === JSON.stringify(headerOf(kid)) ? kid : null;
}

/** Base64url leaves a few bits at the end unused: only one way of writing the bytes is taken. */
const isCanonical = (part: string): boolean =>
  PART.test(part) && Buffer.from(part, "base64url").toString("base64url") === part;

const invalid = (cause?: unknown) =>
  new AppError("credential_invalid", { detail: "The access token is not one of ours.", cause });

const expired = (cause: unknown) =>
  new AppError("credential_expired", { detail: "The access token has expired: refresh the session.", cause });
