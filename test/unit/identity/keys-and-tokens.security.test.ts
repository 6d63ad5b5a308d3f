import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeApiKey, readApiKey, remakeApiKey } from "../../../workers/identity/api-keys.ts";
import { hashOneTimeToken, makeOneTimeToken } from "../../../workers/identity/one-time-tokens.ts";
import {
  isGenuineRefreshToken,
  readRefreshToken,
  refreshTokenOf,
} from "../../../workers/identity/refresh-tokens.ts";

const SECRET = "a-secret-for-tests-a-secret-for-tests";
const character = fc.constantFrom(..."ABCxyz0189-_+/=. \0é");

/** The text with one character replaced, added or taken. */
function tampered(text: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(text.length - 1), character, fc.nat(2))
    .map(
      ([at, other, way]) =>
        text.slice(0, at) + (way === 2 ? "" : other) + text.slice(at + (way === 0 ? 1 : way)),
    )
    .filter((changed) => changed !== text);
}

describe("API keys", () => {
  it("are read back to their id and the hash of their secret", () => {
    const made = makeApiKey(SECRET);
    expect(made.secret).toMatch(/^alm_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}_[0-9A-Za-z]{10}$/);
    expect(made.secret.startsWith(made.hint)).toBe(true);
    const read = readApiKey(SECRET, made.secret);
    expect(read?.id).toBe(made.id);
    expect(read?.hash).toBe(made.hash);
    expect(made.secret).not.toContain(made.hash);
  });

  it("keep their id and get another secret when they are made again", () => {
    const made = makeApiKey(SECRET);
    const again = remakeApiKey(SECRET, made.id);
    expect(again.id).toBe(made.id);
    expect(again.hash).not.toBe(made.hash);
    expect(readApiKey(SECRET, again.secret)).toEqual({ id: made.id, hash: again.hash });
  });

  it("are never taken with a character changed, added or missing", () => {
    const { secret } = makeApiKey(SECRET);
    fc.assert(
      fc.property(tampered(secret), (forged) => {
        expect(readApiKey(SECRET, forged)).toBeNull();
      }),
      { numRuns: 3000 },
    );
  });

  it("cannot be made up, nor put together from two", () => {
    const base62 = fc.constantFrom(..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    const part = (length: number) => fc.string({ unit: base62, minLength: length, maxLength: length });
    fc.assert(
      fc.property(part(12), part(43), part(10), (id, secret, checksum) => {
        expect(readApiKey(SECRET, `alm_${id}_${secret}_${checksum}`)).toBeNull();
      }),
      { numRuns: 3000 },
    );
    const [, id] = makeApiKey(SECRET).secret.split("_");
    const [, , secret, checksum] = makeApiKey(SECRET).secret.split("_");
    expect(readApiKey(SECRET, `alm_${id}_${secret}_${checksum}`)).toBeNull();
  });

  it("of another deployment are not ours", () => {
    expect(readApiKey("another-secret-another-secret-another", makeApiKey(SECRET).secret)).toBeNull();
  });
});

describe("refresh tokens", () => {
  const session = { id: "ses_01k9t3v6m2c8q4r5x7y1z0w9hb", nonce: "n0nce" };
  const isGenuine = (text: string, of = session) => {
    const read = readRefreshToken(text);
    return read !== null && isGenuineRefreshToken(SECRET, read, of);
  };

  it("can be made again, and tell their session and number", () => {
    const token = refreshTokenOf(SECRET, { ...session, generation: 7 });
    expect(refreshTokenOf(SECRET, { ...session, generation: 7 })).toBe(token);
    expect(readRefreshToken(token)).toMatchObject({ sessionId: session.id, generation: 7 });
    expect(isGenuine(token)).toBe(true);
  });

  it("are never taken with a character changed, added or missing", () => {
    fc.assert(
      fc.property(tampered(refreshTokenOf(SECRET, { ...session, generation: 12 })), (forged) => {
        expect(isGenuine(forged)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  it("belong to one session, with one nonce, of one deployment", () => {
    const token = refreshTokenOf(SECRET, { ...session, generation: 1 });
    expect(isGenuine(token, { ...session, nonce: "other" })).toBe(false);
    expect(isGenuine(token, { ...session, id: "ses_01k9t3v6m2c8q4r5x7y1z0w9hc" })).toBe(false);
    expect(isGenuine(refreshTokenOf("another secret", { ...session, generation: 1 }))).toBe(false);
  });
});

describe("one-time tokens", () => {
  it("are kept as a hash only, and no two are alike", () => {
    const made = Array.from({ length: 1000 }, makeOneTimeToken);
    expect(new Set(made.map(({ token }) => token)).size).toBe(1000);
    for (const { token, hash } of made) {
      expect(hashOneTimeToken(token)).toBe(hash);
      expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    }
  });
});
