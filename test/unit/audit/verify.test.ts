import { describe, expect, it } from "vitest";
import {
  checkpointOf,
  exportLines,
  kindsOf,
  memoryKeys,
  openSigner,
  openTrail,
  recordActs,
  toText,
  verifyText,
} from "./audit-fixtures.ts";

const leavesOf = (events: readonly { leaf: string }[]) => events.map(({ leaf }) => leaf);

describe("verifying an export", () => {
  it("confirms one that nobody touched, and the checkpoints seen before", async () => {
    const keys = memoryKeys();
    const signer = await openSigner();
    const { trail, written } = openTrail(keys);
    await recordActs(trail, 30);
    const leaves = leavesOf(written);
    const pins = await Promise.all([0, 1, 20, 30].map((size) => checkpointOf(leaves.slice(0, size), signer)));
    const text = toText(await exportLines(written, keys, signer));
    for (const piece of [1, 7, 100_000]) {
      const verified = await verifyText(text, signer.verifierKey, pins, piece);
      expect(verified).toMatchObject({ events: 30, pinsConfirmed: 4, faults: [] });
      expect(verified.checkpoint).toEqual(pins[3]);
    }
  });

  it("confirms an empty log", async () => {
    const signer = await openSigner();
    const text = toText(await exportLines([], memoryKeys(), signer));
    expect(await verifyText(text, signer.verifierKey)).toMatchObject({ events: 0, faults: [] });
  });

  it("confirms exports of which each goes on where the last one ended", async () => {
    const keys = memoryKeys();
    const signer = await openSigner();
    const { trail, written } = openTrail(keys);
    await recordActs(trail, 10);
    const first = await exportLines(written, keys, signer);
    await recordActs(trail, 7);
    const second = await exportLines(written, keys, signer, 10);
    const whole = await verifyText(toText([...first, ...second]), signer.verifierKey);
    expect(whole).toMatchObject({ events: 17, faults: [] });
    const alone = await verifyText(toText(second), signer.verifierKey);
    expect(kindsOf(alone)).toEqual(["missing"]);
  });

  it("holds when a person was erased, and the person's data is gone", async () => {
    const keys = memoryKeys();
    const signer = await openSigner();
    const { trail, written } = openTrail(keys);
    await recordActs(trail, 5);
    const before = await exportLines(written, keys, signer);
    expect(before.join()).toContain("203.0.113.7");
    keys.destroy("usr_ada");
    const { trail: system, written: erasure } = openTrail(keys, {
      address: null,
      userAgent: null,
      actor: () => ({ kind: "system", id: null, user_id: null }),
    });
    await system.record({ action: "user.erased", target: { kind: "user", id: "usr_ada" } });
    const lines = await exportLines([...written, ...erasure], keys, signer);
    expect(await verifyText(toText(lines), signer.verifierKey)).toMatchObject({ events: 6, faults: [] });
    const first = JSON.parse(lines[0] ?? "");
    expect(first.event).toMatchObject({ personal: null, erased: true });
    // What an admin did with others stays readable but for the admin's own address.
    expect(JSON.parse(lines[1] ?? "").event).toMatchObject({
      personal: { email: "number-1@example.org", name: "Zoë 1" },
      erased: true,
    });
  });
});
