import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../../../workers/errors.ts";
import { issueAccessToken, type Signer, verifyAccessToken } from "../../../workers/identity/access-tokens.ts";
import {
  makeSigningKey,
  openSigningKey,
  type SigningKeyPair,
} from "../../../workers/identity/signing-keys.ts";

const SECRET = "a-secret-for-tests-a-secret-for-tests";
const NOW = Date.UTC(2026, 10, 21);
const SECONDS = NOW / 1000;
const claims = {
  userId: "usr_01k9t3v6m2c8q4r5x7y1z0w9hb",
  sessionId: "ses_01k9t3v6m2c8q4r5x7y1z0w9hb",
  role: "write",
} as const;

let ours: SigningKeyPair;
let token: string;
const lookedUp: string[] = [];

beforeAll(async () => {
  ours = await newPair();
  token = await issueAccessToken(ours, { ...claims, now: NOW });
});

async function newPair(): Promise<SigningKeyPair> {
  const opened = await openSigningKey(
    SECRET,
    await makeSigningKey(SECRET, { createdAt: NOW, activeFrom: NOW }),
  );
  if (opened === null) throw new Error("A key opens with the secret that it was sealed with.");
  return opened;
}

const verify = (text: string, more: { now?: number; audience?: string; issuer?: string } = {}) =>
  verifyAccessToken(text, {
    keyFor: async (kid) => {
      lookedUp.push(kid);
      return kid === ours.kid ? ours.publicKey : null;
    },
    now: NOW,
    ...more,
  });

const codeOf = (text: string, more: Parameters<typeof verify>[1] = {}): Promise<string> =>
  verify(text, more).then(
    () => "accepted",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

const goodHeader = () => ({ alg: "RS256", typ: "at+jwt", kid: ours.kid });
const goodPayload = {
  sid: claims.sessionId,
  role: "write",
  iss: "almanac",
  aud: "almanac-api",
  sub: claims.userId,
  jti: "0",
  iat: SECONDS,
  exp: SECONDS + 900,
};

/** A token that our own key signed, whatever it says: what a leaked or confused signer could make. */
async function signed(header: unknown, payload: unknown, signer: Signer = ours): Promise<string> {
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", signer.privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}

describe("an access token", () => {
  it("tells who acts, in which session, and until when", async () => {
    expect(await verify(token)).toEqual({ ...claims, issuedAt: NOW, expiresAt: NOW + 900_000 });
    expect(await verify(await signed(goodHeader(), goodPayload))).toMatchObject(claims);
  });

  it("is good for 15 minutes and the tolerance of clocks, and not before its time", async () => {
    expect(await codeOf(token, { now: NOW + 904_000 })).toBe("accepted");
    expect(await codeOf(token, { now: NOW + 906_000 })).toBe("credential_expired");
    expect(await codeOf(token, { now: NOW - 4_000 })).toBe("accepted");
    expect(await codeOf(token, { now: NOW - 6_000 })).toBe("credential_invalid");
    const later = await signed(goodHeader(), { ...goodPayload, nbf: SECONDS + 6 });
    expect(await codeOf(later)).toBe("credential_invalid");
    expect(await codeOf(later, { now: NOW + 2_000 })).toBe("accepted");
  });

  it("is for one audience, of one issuer", async () => {
    expect(await codeOf(token, { audience: "another-api" })).toBe("credential_invalid");
    expect(await codeOf(token, { issuer: "another" })).toBe("credential_invalid");
  });
});

describe("forged access tokens", () => {
  it("signed by nobody, or with the public key as a secret (JWK algorithm confusion)", async () => {
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const secrets = [
      JSON.stringify(ours.publicJwk),
      String(ours.publicJwk.n),
      publicKey.export({ type: "spki", format: "pem" }).toString(),
    ];
    for (const alg of ["none", "None", "NONE", ""]) {
      const header = { ...goodHeader(), alg };
      for (const signature of ["", "AA", token.split(".")[2]]) {
        expect(await codeOf(`${encode(header)}.${encode(goodPayload)}.${signature}`)).toBe(
          "credential_invalid",
        );
      }
    }
    for (const alg of ["HS256", "HS384", "RS256"]) {
      for (const secret of secrets) {
        const input = `${encode({ ...goodHeader(), alg })}.${encode(goodPayload)}`;
        const mac = createHmac("sha256", secret).update(input).digest("base64url");
        expect(await codeOf(`${input}.${mac}`)).toBe("credential_invalid");
      }
    }
  });

  it("signed with a key of the forger's own, under our key's id or theirs", async () => {
    const theirs = await newPair();
    expect(await codeOf(await signed(goodHeader(), goodPayload, theirs))).toBe("credential_invalid");
    expect(await codeOf(await signed({ ...goodHeader(), kid: theirs.kid }, goodPayload, theirs))).toBe(
      "credential_invalid",
    );
  });

  it("that bring their own key or say where one is, even if all else is genuine", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = publicKey.export({ format: "jwk" });
    const extras = {
      jwk,
      jku: "https://forger.example/jwks.json",
      x5u: "https://forger.example/chain.pem",
      x5c: ["MIIB"],
      x5t: "AA",
      crit: ["exp"],
      b64: false,
      zip: "DEF",
      cty: "JWT",
      enc: "A128GCM",
    };
    for (const [name, value] of Object.entries(extras)) {
      const header = { ...goodHeader(), [name]: value };
      expect(await codeOf(await signed(header, goodPayload)), name).toBe("credential_invalid");
      const input = `${encode(header)}.${encode(goodPayload)}`;
      const signature = createSign("sha256").update(input).sign(privateKey).toString("base64url");
      expect(await codeOf(`${input}.${signature}`), name).toBe("credential_invalid");
    }
  });

  it("of another type, or with a header that says a thing twice", async () => {
    for (const typ of ["JWT", "AT+JWT", "application/at+jwt", "rt+jwt", undefined]) {
      expect(await codeOf(await signed({ ...goodHeader(), typ }, goodPayload))).toBe("credential_invalid");
    }
    const { kid } = ours;
    for (const header of [
      `{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"${kid}"}`,
      `{"alg":"RS256","typ":"at+jwt","kid":"../../etc/passwd","kid":"${kid}"}`,
      `{"alg":"RS256","typ":"at+jwt","kid":"${kid}"} `,
      `{"alg":"RS256","typ":"at+jwt","kid":["${kid}"]}`,
      `["RS256","at+jwt","${kid}"]`,
      "{",
      "null",
    ]) {
      expect(await codeOf(await signed(header, goodPayload)), header).toBe("credential_invalid");
    }
  });

  it("with ids of keys that mean to be a path, a query or a program: they are not even looked up", async () => {
    lookedUp.length = 0;
    for (const kid of [
      "../../../../dev/null",
      "' OR 1=1 --",
      "x' UNION SELECT 'a",
      "key|/usr/bin/whoami",
      "__proto__",
      "constructor",
      `${ours.kid}\0`,
      `${ours.kid}%00`,
      ours.kid.toUpperCase().slice(0, 42),
      "",
      42,
      null,
      {},
    ]) {
      expect(await codeOf(await signed({ ...goodHeader(), kid }, goodPayload))).toBe("credential_invalid");
    }
    expect(lookedUp).toEqual([]);
  });

  it("with claims that are missing or not of their kind, though our key signed them", async () => {
    const wrong: Record<string, unknown[]> = {
      iss: ["other", undefined, ["almanac"]],
      aud: ["other", undefined, ["other"], ["almanac-api", "other"], ""],
      sub: ["usr_1", undefined, "' OR 1=1", 7],
      sid: [undefined, "ses_", `${claims.sessionId}x`],
      role: ["root", undefined, "SUPER_ADMIN"],
      jti: [undefined, 5],
      iat: [undefined, SECONDS + 60, SECONDS - 100_000, "0"],
      exp: [undefined, "later", Number.NaN],
    };
    for (const [name, values] of Object.entries(wrong)) {
      for (const value of values) {
        const code = await codeOf(await signed(goodHeader(), { ...goodPayload, [name]: value }));
        expect(["credential_invalid", "credential_expired"], `${name}: ${value}`).toContain(code);
      }
    }
  });

  it("that are oversized, cut or not three parts", async () => {
    const large = await signed(goodHeader(), { ...goodPayload, more: "x".repeat(4096) });
    expect(await codeOf(large)).toBe("credential_invalid");
    for (const text of [
      "",
      ".",
      "..",
      "...",
      `${token}.`,
      `.${token}`,
      `${token}.${token}`,
      token.slice(0, -1),
    ]) {
      expect(await codeOf(text)).toBe("credential_invalid");
    }
  });

  it("genuine ones with any character changed, thousands of them", async () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom(..."ABCxyz019-_+/=. \0é"));
    await fc.assert(
      fc.asyncProperty(change, async ([at, character]) => {
        const place = at % token.length;
        const changed = token.slice(0, place) + character + token.slice(place + 1);
        if (changed !== token) expect(await codeOf(changed)).toBe("credential_invalid");
      }),
      { numRuns: 3000 },
    );
  });

  it("with any other payload under a genuine signature, thousands of them", async () => {
    const [header, , signature] = token.split(".");
    const payload = fc.record({
      sub: fc.constantFrom(claims.userId, "usr_01k9t3v6m2c8q4r5x7y1z0w9hc"),
      role: fc.constantFrom("admin", "super_admin", "write"),
      exp: fc.integer(),
      aud: fc.constantFrom("almanac-api", "other"),
    });
    await fc.assert(
      fc.asyncProperty(payload, async (changes) => {
        const forged = `${header}.${encode({ ...goodPayload, ...changes })}.${signature}`;
        expect(await codeOf(forged)).toBe("credential_invalid");
      }),
      { numRuns: 2000 },
    );
  });
});
