import { scryptSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import list from "../../../assets/passwords/common.txt?raw";
import { assertAcceptablePassword } from "../../../workers/identity/acceptable-password.ts";
import { passwordGate } from "../../../workers/identity/password-gate.ts";
import { hashPassword, verifyPassword } from "../../../workers/identity/passwords.ts";

const COMMON = new Set(list.trim().split("\n"));
const PASSWORD = "violet tram under nine bridges";
const ada = { email: "ada.lovelace@example.org", name: "Ada Lovelace" };

describe("stored passwords", () => {
  it("are told from wrong ones, and salted", async () => {
    const stored = await hashPassword(PASSWORD);
    expect(stored).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await hashPassword(PASSWORD)).not.toBe(stored);
    expect(await verifyPassword(PASSWORD, stored)).toEqual({ ok: true, outdated: false });
    expect(await verifyPassword(`${PASSWORD} `, stored)).toEqual({ ok: false, outdated: false });
  });

  it("are the same however the keyboard composes its letters", async () => {
    const stored = await hashPassword("cafe\u0301 au lait, deux tasses");
    expect((await verifyPassword("caf\u00e9 au lait, deux tasses", stored)).ok).toBe(true);
  });

  it("are verified with the parameters that they were stored with, and then called outdated", async () => {
    const salt = Buffer.from("0123456789abcdef");
    const hash = scryptSync(PASSWORD, salt, 32, { N: 1024, r: 8, p: 1 });
    const unpadded = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
    const stored = `$scrypt$ln=10,r=8,p=1$${unpadded(salt)}$${unpadded(hash)}`;
    expect(await verifyPassword(PASSWORD, stored)).toEqual({ ok: true, outdated: true });
    expect(await verifyPassword("another one altogether", stored)).toEqual({ ok: false, outdated: false });
  });

  it("let nobody in where there is none", async () => {
    expect(await verifyPassword(PASSWORD, null)).toEqual({ ok: false, outdated: false });
  });
});

describe("the gate before hashing", () => {
  it("lets two in at once and sixteen wait; the next is told to come back", async () => {
    const gate = passwordGate();
    let running = 0;
    let most = 0;
    const full = Promise.withResolvers<void>();
    const hash = async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === 2) full.resolve();
      await full.promise;
      running -= 1;
    };
    const admitted = Array.from({ length: 18 }, () => gate.pass(hash));
    await expect(gate.pass(hash)).rejects.toMatchObject({ code: "sign_in_busy", retryable: true });
    await Promise.all(admitted);
    expect(most).toBe(2);
    await expect(gate.pass(async () => "free again")).resolves.toBe("free again");
  });

  it("gives the places of those who were stopped in the middle to others", async () => {
    let time = 0;
    const gate = passwordGate(() => time);
    const full = Promise.withResolvers<void>();
    let running = 0;
    const forEver = () => {
      running += 1;
      if (running === 2) full.resolve();
      return new Promise(() => undefined);
    };
    expect([gate.pass(forEver), gate.pass(forEver)]).toHaveLength(2);
    await full.promise;
    const waiting = gate.pass(async () => "let in");
    time = 10_001;
    await expect(waiting).resolves.toBe("let in");
  });

  it("gives a place back when hashing fails", async () => {
    const gate = passwordGate();
    const failing = Array.from({ length: 10 }, () => gate.pass(() => Promise.reject(new Error("no memory"))));
    expect((await Promise.allSettled(failing)).every((one) => one.status === "rejected")).toBe(true);
    await expect(gate.pass(async () => "in")).resolves.toBe("in");
  });
});

describe("new passwords", () => {
  it.each([
    ["too short", "tram bridge"],
    ["too long", "tram ".repeat(60)],
    ["common", "1qaz2wsx3edc4rfv"],
    ["common in capitals", "UnBelievable"],
    ["common with digits after it", "Dragon20242025"],
    ["common with signs around it", "!!!!baseball!!!!"],
    ["common with digits for letters", "p4ssw0rd!!!!!!"],
    ["common twice", "sunshinesunshine"],
    ["common in full-width letters", "ｐａｓｓｗｏｒｄ２０２４"],
    ["one character", "zzzzzzzzzzzzzz"],
    ["a few characters over and over", "xkq7xkq7xkq7"],
    ["letters in a row", "abcdefghijklmn"],
    ["digits in a row, round the corner", "567890123456789"],
    ["digits in a row, backwards", "987654321098"],
    ["with the name", "tram9lovelace-bridge"],
    ["with the address", "ada.lovelace//tram"],
    ["with the service", "my-Almanac-tram-9"],
  ])("%s: refused", (_, password) => {
    expect(() => assertAcceptablePassword(password, ada, COMMON)).toThrow(
      expect.objectContaining({ code: "password_refused" }),
    );
  });

  it.each([
    PASSWORD,
    "Xk4!vu9Qz#1m",
    "дом у реки и старый мост",
    "猫が橋の下で九回鳴いた夜だった",
    "839201746553",
  ])("%s: taken", (password) => {
    expect(() => assertAcceptablePassword(password, ada, COMMON)).not.toThrow();
  });

  it("may contain a short name by chance", () => {
    expect(() =>
      assertAcceptablePassword("canada goose at dawn", { email: "a@b.c", name: "Ada" }, COMMON),
    ).not.toThrow();
  });
});
