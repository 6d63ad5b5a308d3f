import {
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { AppError } from "../errors.ts";

/** A challenge is answered once, within this. */
export const CHALLENGE_MS = 5 * 60_000;

/** A passkey as it is stored. */
export interface StoredPasskey {
  /** The credential's id, base64url. */
  id: string;
  userId: string;
  /** COSE key, base64url. */
  publicKey: string;
  /** How often the authenticator signed, where it counts; else 0. */
  counter: number;
  transports: string[];
}

/** The site as the browser knows it: passkeys belong to its host name, and answers to its origin. */
export interface Site {
  origin: string;
  hostName: string;
}

export const siteOf = (address: string): Site => {
  const { origin, hostname } = new URL(address);
  return { origin, hostName: hostname };
};

/** What a browser is asked, and the part of it that the answer must repeat. */
export interface Challenge {
  challenge: string;
  /** For `navigator.credentials`, in JSON. */
  options: Record<string, unknown>;
}

/** Asks for a passkey that finds its user by itself and makes sure of him: by PIN, finger or face. */
export async function registrationOptions(
  site: Site,
  user: { id: string; email: string; name: string },
  known: Pick<StoredPasskey, "id" | "transports">[],
): Promise<Challenge> {
  const options = await generateRegistrationOptions({
    rpName: "Almanac",
    rpID: site.hostName,
    userID: new Uint8Array(Buffer.from(user.id)),
    userName: user.email,
    userDisplayName: user.name,
    attestationType: "none",
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: transportsOf(transports) })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    timeout: CHALLENGE_MS,
  });
  return { challenge: options.challenge, options: { ...options } };
}

/** Asks for any passkey of the site. */
export async function signInOptions(site: Site): Promise<Challenge> {
  const options = await generateAuthenticationOptions({
    rpID: site.hostName,
    userVerification: "required",
    timeout: CHALLENGE_MS,
  });
  return { challenge: options.challenge, options: { ...options } };
}

/**
 * The new passkey that answers a challenge (WebAuthn Level 3 §7.1).
 *
 * @param response as `navigator.credentials.create` gave it, in JSON
 * @throws AppError `passkey_refused`
 */
export async function verifyRegistration(
  site: Site,
  challenge: string,
  response: unknown,
): Promise<Omit<StoredPasskey, "userId">> {
  const verified = await verifyRegistrationResponse({
    // What is not of this form is found out when it is verified.
    response: response as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.hostName,
    requireUserVerification: true,
  }).catch((cause: unknown) => {
    throw refused(cause);
  });
  if (!verified.verified) throw refused();
  const { id, publicKey, counter, transports } = verified.registrationInfo.credential;
  return {
    id,
    publicKey: Buffer.from(publicKey).toString("base64url"),
    counter,
    transports: transports ?? [],
  };
}

/**
 * Checks the answer of a passkey to a challenge (WebAuthn Level 3 §7.2). A counter that does not grow tells of a copy.
 *
 * @param response as `navigator.credentials.get` gave it, in JSON
 * @returns the counter that the passkey has now
 * @throws AppError `sign_in_failed`
 */
export async function verifySignIn(
  site: Site,
  challenge: string,
  passkey: StoredPasskey,
  response: unknown,
): Promise<number> {
  const answer = response as AuthenticationResponseJSON;
  const verified = await verifyAuthenticationResponse({
    response: answer,
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.hostName,
    requireUserVerification: true,
    credential: {
      id: passkey.id,
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, "base64url")),
      counter: passkey.counter,
      transports: transportsOf(passkey.transports),
    },
  }).catch((cause: unknown) => {
    throw passkeyFailed(cause);
  });
  const owner = answer.response.userHandle;
  const isOwners = owner === undefined || Buffer.from(owner, "base64url").toString() === passkey.userId;
  if (!verified.verified || !isOwners) throw passkeyFailed();
  return verified.authenticationInfo.newCounter;
}

/** Authenticators tell them in their own words; browsers ignore those that they do not know. */
const transportsOf = (names: string[]): AuthenticatorTransport[] => names as AuthenticatorTransport[];

const refused = (cause?: unknown) =>
  new AppError("passkey_refused", {
    detail: "The passkey's answer does not fit the challenge, the site, or what is asked of passkeys.",
    cause,
  });

export const passkeyFailed = (cause?: unknown) =>
  new AppError("sign_in_failed", { detail: "The passkey was not accepted.", cause });
