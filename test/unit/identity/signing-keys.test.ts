import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../../workers/errors.ts";
import { issueAccessToken, verifyAccessToken } from "../../../workers/identity/access-tokens.ts";
import {
  type SigningKeyRing,
  type SigningKeyStore,
  signingKeyCache,
  signingKeyRing,
} from "../../../workers/identity/signing-key-ring.ts";
import type { StoredSigningKey } from "../../../workers/identity/signing-keys.ts";

const SECRET = "a-secret-for-tests-a-secret-for-tests";
const MINUTE = 60_000;
const claims = {
  userId: "usr_01k9t3v6m2c8q4r5x7y1z0w9hb",
  sessionId: "ses_01k9t3v6m2c8q4r5x7y1z0w9hb",
  role: "read",
} as const;

let time = 0;
let rows: StoredSigningKey[] = [];
let loads = 0;

/** Keeps to the port's promises: what each call does, it does at once. */
const store: SigningKeyStore = {
  async load() {
    loads += 1;
    return structuredClone(rows);
  },
  async addFirst(key, unusable) {
    rows = rows.map((row) => (unusable.includes(row.kid) ? { ...row, retiresAt: key.createdAt } : row));
    if (rows.every((row) => row.retiresAt !== null)) rows.push(key);
  },
  async replace(key, retiresAt) {
    rows = rows.map((row) => ({ ...row, retiresAt: Math.min(row.retiresAt ?? retiresAt, retiresAt) }));
    rows.push(key);
  },
};

let behind: Promise<unknown>[] = [];
const isolate = (authSecret = SECRET): SigningKeyRing =>
  signingKeyRing({
    store,
    authSecret,
    cache: signingKeyCache(),
    background: (work) => behind.push(work),
    now: () => time,
  });

const issue = async (ring: SigningKeyRing) =>
  issueAccessToken(await ring.currentSigner(), { ...claims, now: time });
const codeOf = (ring: SigningKeyRing, token: string): Promise<string> =>
  verifyAccessToken(token, { keyFor: ring.verificationKeyFor, now: time }).then(
    () => "accepted",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

beforeEach(() => {
  time = Date.UTC(2026, 10, 21);
  rows = [];
  behind = [];
  loads = 0;
});

describe("the first key", () => {
  it("is made at first use, and is one however many isolates begin at once", async () => {
    const rings = Array.from({ length: 5 }, () => isolate());
    const signers = await Promise.all(rings.map((ring) => ring.currentSigner()));
    expect(new Set(signers.map((signer) => signer.kid)).size).toBe(1);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('"d":');
  });

  it("is replaced when the secret that it was sealed with is, and then refused", async () => {
    const before = await issue(isolate());
    const after = isolate("another-secret-another-secret-another");
    expect(await codeOf(after, await issue(after))).toBe("accepted");
    expect(await codeOf(after, before)).toBe("credential_invalid");
    expect(await after.publicKeys()).toHaveLength(1);
  });
});

describe("rotation", () => {
  it("fails no request, however issuing and verifying fall on two isolates", async () => {
    const rings = [isolate(), isolate()] as const;
    await rings[0].currentSigner();
    const live: { token: string; until: number }[] = [];
    const signers = new Set<string>();
    for (let round = 0; round < 80; round += 1) {
      if (round === 10) await rings[0].rotate({ revoke: false });
      await Promise.all(
        rings.map(async (ring, place) => {
          const { kid } = await ring.currentSigner();
          signers.add(kid);
          live.push({ token: await issue(ring), until: time + 15 * MINUTE });
          const published = await rings[1 - place]?.publicKeys();
          expect(published?.map((key) => key.kid)).toContain(kid);
        }),
      );
      const good = live.filter(({ until }) => until > time).slice(-40);
      for (const { token } of good) {
        expect(await Promise.all(rings.map((ring) => codeOf(ring, token)))).toEqual(["accepted", "accepted"]);
      }
      time += MINUTE / 2;
    }
    expect(signers.size).toBe(2);
    expect(await rings[1].publicKeys()).toHaveLength(1);
  });

  it("publishes the new key at once and signs with it ten minutes later", async () => {
    const ring = isolate();
    const old = await ring.currentSigner();
    await ring.rotate({ revoke: false });
    expect((await ring.list()).map((key) => key.state)).toEqual(["next", "current"]);
    expect((await ring.currentSigner()).kid).toBe(old.kid);
    time += 10 * MINUTE;
    expect((await ring.currentSigner()).kid).not.toBe(old.kid);
    expect((await ring.list()).map((key) => key.state)).toEqual(["current", "retiring"]);
    time += 16 * MINUTE;
    expect((await ring.list()).map((key) => key.state)).toEqual(["current"]);
  });

  it("with revoke refuses the old tokens here at once, and elsewhere within five seconds", async () => {
    const [here, there] = [isolate(), isolate()] as const;
    const old = await issue(here);
    expect(await codeOf(there, old)).toBe("accepted");
    await here.rotate({ revoke: true });
    expect(await codeOf(here, old)).toBe("credential_invalid");
    const renewed = await issue(there);
    expect(await codeOf(here, renewed)).toBe("accepted");
    time += 5_001;
    expect(await codeOf(there, old)).toBe("credential_invalid");
  });

  it("by schedule happens when the newest key is old enough, and once", async () => {
    const ring = isolate();
    expect(await ring.rotateIfDue(30)).toBe(false);
    time += 30 * 86_400_000;
    expect(await ring.rotateIfDue(30)).toBe(true);
    expect(await ring.rotateIfDue(30)).toBe(false);
  });

  it("tells the key's id to those who write it down", async () => {
    const told: string[] = [];
    await isolate().rotate({ revoke: true }, async (kid) => {
      told.push(kid);
      return [];
    });
    expect(rows.filter((row) => row.retiresAt === null).map((row) => row.kid)).toEqual(told);
  });
});

describe("what an isolate keeps", () => {
  it("is renewed in the background while it is in use: nobody waits for the store", async () => {
    const ring = isolate();
    const { kid } = await ring.currentSigner();
    loads = 0;
    for (let step = 0; step < 10; step += 1) {
      time += 1_000;
      expect(await ring.verificationKeyFor(kid)).not.toBeNull();
      await Promise.all(behind);
    }
    expect(loads).toBe(behind.length);
    expect(loads).toBeGreaterThan(1);
  });

  it("is looked up again for unknown ids, but not at each", async () => {
    const ring = isolate();
    await ring.currentSigner();
    loads = 0;
    for (let step = 0; step < 100; step += 1)
      expect(await ring.verificationKeyFor(`unknown-${step}`)).toBeNull();
    expect(loads).toBe(1);
  });
});
