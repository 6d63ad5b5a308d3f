import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveKey, hashSecret, open, seal } from "../../../workers/crypto/secrets.ts";

const SECRET = "a-secret-for-tests-a-secret-for-tests";
const key = deriveKey(SECRET, "sealing");

describe("derived keys", () => {
  it("are 32 bytes, the same each time, and others for another purpose or secret", () => {
    expect(key).toHaveLength(32);
    expect(deriveKey(SECRET, "sealing")).toEqual(key);
    expect(deriveKey(SECRET, "signing-keys")).not.toEqual(key);
    expect(deriveKey(`${SECRET}!`, "sealing")).not.toEqual(key);
  });
});

describe("sealed texts", () => {
  it("open to what was sealed, and look different each time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const sealed = seal(key, text);
        expect(open(key, sealed)).toBe(text);
        expect(seal(key, text)).not.toBe(sealed);
      }),
      { numRuns: 200 },
    );
  });

  it("do not open with another key", () => {
    const sealed = seal(key, "private");
    expect(() => open(deriveKey(SECRET, "other"), sealed)).toThrow();
  });

  it("do not open once a character was changed, added or taken", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }),
        fc.nat(),
        fc.base64String({ minLength: 4 }),
        (text, at, other) => {
          const sealed = seal(key, text);
          const place = at % sealed.length;
          const changed = sealed.slice(0, place) + other.charAt(0) + sealed.slice(place + 1);
          if (changed !== sealed) expect(() => open(key, changed)).toThrow();
          expect(() => open(key, sealed.slice(0, place))).toThrow();
          expect(() => open(key, sealed + other)).toThrow();
        },
      ),
      { numRuns: 1000 },
    );
  });
});

it("hashes secrets with SHA-256", () => {
  // FIPS 180-4, the one-block example.
  expect(Buffer.from(hashSecret("abc"), "base64url").toString("hex")).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
