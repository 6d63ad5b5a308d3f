import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../../workers/errors.ts";
import { issueAccessToken, verifyAccessToken } from "../../../workers/identity/access-tokens.ts";
import {
  type SigningKeyRing,
  type SigningKeyStore,
  signingKeyCache,
  signingKeyRing,
} from "../../../workers/identity/signing-key-ring.ts";
import { signingKeyStore } from "../../../workers/storage/identity/signing-keys.ts";
import { auditedActions, db, preparedEvent, useFreshDatabase } from "./fresh-database.ts";

const SECRET = "a-secret-for-tests-a-secret-for-tests";
const MINUTE = 60_000;
const claims = {
  userId: "usr_01k9t3v6m2c8q4r5x7y1z0w9hb",
  sessionId: "ses_01k9t3v6m2c8q4r5x7y1z0w9hb",
  role: "read",
} as const;

useFreshDatabase();

let time = 0;
let loads = 0;

const stored = signingKeyStore(db);
const store: SigningKeyStore = {
  ...stored,
  load() {
    loads += 1;
    return stored.load();
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
  behind = [];
  loads = 0;
});

describe("the first key", () => {
  it("is made at first use, and is one however many isolates begin at once", async () => {
    const rings = Array.from({ length: 5 }, () => isolate());
    const signers = await Promise.all(rings.map((ring) => ring.currentSigner()));
    expect(new Set(signers.map((signer) => signer.kid)).size).toBe(1);
    const rows = await stored.load();
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
    let live: { token: string; until: number }[] = [];
    const signers = new Set<string>();
    for (let minute = 0; minute < 40; minute += 1) {
      if (minute === 5) await rings[0].rotate({ revoke: false });
      const [here, there] = minute % 2 === 0 ? rings : ([rings[1], rings[0]] as const);
      const signer = await here.currentSigner();
      signers.add(signer.kid);
      expect((await there.publicKeys()).map((key) => key.kid)).toContain(signer.kid);
      live.push({
        token: await issueAccessToken(signer, { ...claims, now: time }),
        until: time + 15 * MINUTE,
      });
      live = live.filter(({ until }) => until > time);
      const checks = live.flatMap(({ token }) => rings.map((ring) => codeOf(ring, token)));
      expect(new Set(await Promise.all(checks))).toEqual(new Set(["accepted"]));
      time += MINUTE;
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

  it("is written down in the transaction that makes the key, which is named", async () => {
    const told: string[] = [];
    await isolate().rotate({ revoke: true }, async (kid) => {
      told.push(kid);
      return [await preparedEvent({ action: "signing_key.rotated" })];
    });
    const live = (await stored.load()).filter((key) => key.retiresAt === null);
    expect(live.map((key) => key.kid)).toEqual(told);
    expect(await auditedActions()).toEqual(["signing_key.rotated"]);
  });

  it("forgets keys a month after they retired", async () => {
    const ring = isolate();
    await ring.rotate({ revoke: true });
    expect(await stored.load()).toHaveLength(2);
    time += 31 * 86_400_000;
    await ring.rotate({ revoke: false });
    expect(await stored.load()).toHaveLength(2);
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
