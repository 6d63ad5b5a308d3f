import { describe, expect, it } from "vitest";
import { parseLeaf } from "../../../workers/audit/leaf.ts";
import { isCommittedTo, mergePersonal, openParts } from "../../../workers/audit/personal.ts";
import { MAX_LEAF_BYTES } from "../../../workers/audit/tile-layout.ts";
import { memoryKeys, openTrail } from "./audit-fixtures.ts";

const anonymous = { kind: "anonymous", id: null, user_id: null } as const;

describe("the trail of a request", () => {
  it("keeps what is personal out of the leaf's readable part", async () => {
    const keys = memoryKeys();
    const { trail } = openTrail(keys);
    const { leaf } = await trail.prepare({
      action: "user.changed",
      target: { kind: "user", id: "usr_bob" },
      subject: "usr_bob",
      personal: { email: "bob@example.org" },
    });
    expect(leaf).not.toMatch(/bob@example|203\.0\.113|a browser/);
    const { sealed } = parseLeaf(leaf);
    expect(sealed.map(({ subject }) => subject)).toEqual(["usr_bob", "usr_ada"]);
    expect(mergePersonal(openParts(sealed, keys.all))).toEqual({
      email: "bob@example.org",
      address: "203.0.113.7",
      user_agent: "a browser",
    });
  });

  it("puts those whom nobody knows under the key of the day", async () => {
    const { trail } = openTrail(memoryKeys(), { actor: () => anonymous });
    const { leaf } = await trail.prepare({ action: "session.refused", result: "refused" });
    expect(parseLeaf(leaf).sealed.map(({ subject }) => subject)).toEqual(["day:2026-11-21"]);
  });

  it("commits to personal data so that two equal ones look different", async () => {
    const keys = memoryKeys();
    const { trail } = openTrail(keys);
    const events = [
      await trail.prepare({ action: "session.began" }),
      await trail.prepare({ action: "session.began" }),
    ];
    const parts = events.flatMap(({ leaf }) => parseLeaf(leaf).sealed);
    expect(new Set(parts.map(({ commitment }) => commitment)).size).toBe(2);
    const [plaintext] = openParts(parts, keys.all);
    expect(parts.map((part) => isCommittedTo(part, plaintext ?? ""))).toEqual([true, false]);
  });

  it("writes nothing personal of someone who was erased", async () => {
    const keys = memoryKeys();
    keys.destroy("usr_ada");
    const { trail } = openTrail(keys);
    const { leaf } = await trail.prepare({ action: "session.ended" });
    expect(parseLeaf(leaf).sealed).toEqual([]);
    expect(keys.all.has("usr_ada")).toBe(false);
  });

  it("never makes a leaf that the log cannot take", async () => {
    const { trail } = openTrail(memoryKeys(), { userAgent: "u".repeat(100_000) });
    const { leaf } = await trail.prepare({
      action: "settings.changed",
      detail: { much: "ü".repeat(100_000) },
      subject: "usr_bob",
      personal: { name: "n".repeat(100_000) },
    });
    expect(Buffer.byteLength(leaf)).toBeLessThan(MAX_LEAF_BYTES);
    expect(parseLeaf(leaf).detail).toEqual({ omitted_bytes: 200_011 });
  });
});
