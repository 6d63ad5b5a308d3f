import { describe, expect, it } from "vitest";
import { AppError } from "../../../workers/errors.ts";
import {
  registrationOptions,
  signInOptions,
  siteOf,
  verifyRegistration,
  verifySignIn,
} from "../../../workers/identity/passkeys.ts";
import { passkeyRepository } from "../../../workers/storage/identity/passkeys.ts";
import {
  type AnswerChanges,
  answerWithPasskey,
  createPasskey,
  type SoftwarePasskey,
} from "../../support/passkey-authenticator.ts";
import { ADA, auditedActions, db, GRACE, preparedEvent, useFreshDatabase } from "./fresh-database.ts";

useFreshDatabase();

const site = siteOf("https://almanac.test/api/v1/auth/passkeys");
const phishing = siteOf("https://almanac-test.example/");
const ada = { id: ADA, email: "ada@example.org", name: "Ada" };
const passkeys = passkeyRepository(db);

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "accepted",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

/** Registers a passkey as a browser of that site would. */
async function register(at = site, changes: AnswerChanges = {}) {
  const { challenge, options } = await registrationOptions(site, ada, await passkeys.known(ADA));
  expect(options.authenticatorSelection).toMatchObject({
    residentKey: "required",
    userVerification: "required",
  });
  const user = { id: Buffer.from(ADA).toString("base64url") };
  const made = await createPasskey(at, { challenge, user }, changes);
  const added = await verifyRegistration(site, challenge, made.response);
  return { passkey: made.passkey, added: { ...added, userId: ADA }, response: made.response };
}

async function signIn(passkey: SoftwarePasskey, at = site, changes: AnswerChanges = {}): Promise<void> {
  const { challenge } = await signInOptions(site);
  const stored = await passkeys.find(passkey.id);
  if (stored === null) throw new Error("The passkey was not added.");
  const response = await answerWithPasskey(at, { challenge }, passkey, changes);
  const counter = await verifySignIn(site, challenge, stored, response);
  expect(await passkeys.use(passkey.id, counter)).toBe(true);
}

const event = (action: string) => preparedEvent({ action });

describe("a passkey", () => {
  it("is added, signs its user in again and again, and is removed", async () => {
    const { passkey, added } = await register();
    const told = await passkeys.add(added, "Laptop", [await event("passkey.added")]);
    expect(await passkeys.list(ADA)).toEqual([told]);
    await signIn(passkey);
    await signIn(passkey);
    expect((await passkeys.list(ADA))[0]?.last_used_at).not.toBeNull();
    await expect(passkeys.remove(GRACE, passkey.id, [await event("passkey.removed")])).rejects.toMatchObject({
      code: "passkey_not_found",
    });
    await passkeys.remove(ADA, passkey.id, [await event("passkey.removed")]);
    expect(await passkeys.list(ADA)).toEqual([]);
    expect(await auditedActions()).toEqual(["passkey.added", "passkey.removed"]);
  });

  it("is added once", async () => {
    const { added } = await register();
    await passkeys.add(added, "Laptop", []);
    expect(
      await codeOf(passkeys.add({ ...added, userId: GRACE }, "Mine", [await event("passkey.added")])),
    ).toBe("passkey_exists");
    expect(await auditedActions()).toEqual([]);
  });

  it("is refused from another site, for another challenge, or without making sure of the user", async () => {
    expect(await codeOf(register(phishing))).toBe("passkey_refused");
    expect(await codeOf(register(site, { verified: false }))).toBe("passkey_refused");
    const { response } = await register();
    expect(await codeOf(verifyRegistration(site, "another-challenge", response))).toBe("passkey_refused");
    for (const nonsense of [
      {},
      { id: 1 },
      { ...response, response: {} },
      { ...response, type: "password" },
    ]) {
      expect(await codeOf(verifyRegistration(site, "challenge", nonsense))).toBe("passkey_refused");
    }
  });
});

describe("signing in with a passkey", () => {
  it("fails from another site, or without making sure of the user", async () => {
    const { passkey, added } = await register();
    await passkeys.add(added, "Laptop", []);
    expect(await codeOf(signIn(passkey, phishing))).toBe("sign_in_failed");
    expect(await codeOf(signIn(passkey, site, { verified: false }))).toBe("sign_in_failed");
  });

  it("fails when the counter does not grow: there are two of it", async () => {
    const { passkey, added } = await register();
    await passkeys.add(added, "Laptop", []);
    await signIn(passkey, site, { counter: 5 });
    expect(await codeOf(signIn(passkey, site, { counter: 5 }))).toBe("sign_in_failed");
    expect(await codeOf(signIn(passkey, site, { counter: 4 }))).toBe("sign_in_failed");
    const answers = await Promise.all(Array.from({ length: 5 }, () => passkeys.use(passkey.id, 6)));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it("fails with an answer that was given before, to another challenge, or by another passkey", async () => {
    const { passkey, added } = await register();
    await passkeys.add(added, "Laptop", []);
    const { challenge } = await signInOptions(site);
    const stored = { ...added, counter: 0 };
    const response = await answerWithPasskey(site, { challenge }, passkey);
    expect(await codeOf(verifySignIn(site, "another-challenge", stored, response))).toBe("sign_in_failed");
    const other = await register();
    expect(await codeOf(verifySignIn(site, challenge, other.added, response))).toBe("sign_in_failed");
    expect(await codeOf(verifySignIn(site, challenge, { ...stored, userId: GRACE }, response))).toBe(
      "sign_in_failed",
    );
    for (const nonsense of [{}, { id: passkey.id }, { ...response, response: null }]) {
      expect(await codeOf(verifySignIn(site, challenge, stored, nonsense))).toBe("sign_in_failed");
    }
    expect(await codeOf(verifySignIn(site, challenge, stored, response))).toBe("accepted");
  });
});
