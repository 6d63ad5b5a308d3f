import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Role, SCOPES, type Scope } from "../../../workers/contract/access.ts";
import {
  assertMayOpen,
  assertUsable,
  assertWithin,
  type KeyBounds,
  leastRoleFor,
} from "../../../workers/identity/key-bounds.ts";
import { ANONYMOUS } from "../../../workers/identity/principal.ts";

const someScopes = fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1 });
const someCollections = fc.option(fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 }));
const bounds: fc.Arbitrary<KeyBounds> = fc.record({
  scopes: someScopes,
  collections: someCollections,
  expiresAt: fc.option(fc.constantFrom(1000, 2000, 3000)),
});

const isAllowed = (act: () => void): boolean => {
  try {
    act();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "permission_denied" });
    return false;
  }
};

/** All that a key opens, as a set: a scope on a collection at a time. */
function reach({ scopes, collections, expiresAt }: KeyBounds): Set<string> {
  const places = collections ?? ["a", "b", "c", "any other"];
  const times = [500, 1500, 2500, 3500].filter((time) => time < (expiresAt ?? Number.POSITIVE_INFINITY));
  return new Set(
    scopes.flatMap((scope) => places.flatMap((place) => times.map((time) => `${scope} ${place} ${time}`))),
  );
}

describe("a key that makes a key", () => {
  it("gives exactly what it has itself", () => {
    fc.assert(
      fc.property(bounds, bounds, (own, wanted) => {
        const most = reach(own);
        const isWithin = [...reach(wanted)].every((part) => most.has(part));
        expect(isAllowed(() => assertWithin(own, wanted))).toBe(isWithin);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("scopes", () => {
  it("take the least role of the routes that ask for them", () => {
    expect(Object.fromEntries(SCOPES.map((scope) => [scope, leastRoleFor(scope)]))).toEqual({
      ask: "read",
      "documents:read": "read",
      "documents:write": "write",
      "collections:write": "write",
      "history:read": "read",
      "metrics:read": "read",
      "metrics:write": "write",
      "users:manage": "admin",
      "keys:manage": "read",
      "settings:manage": "admin",
      "audit:read": "admin",
      "system:read": "admin",
    });
  });

  it("are not given to those whose role cannot use them", () => {
    expect(isAllowed(() => assertUsable("read", ["ask", "history:read"]))).toBe(true);
    expect(isAllowed(() => assertUsable("read", ["ask", "documents:write"]))).toBe(false);
    expect(isAllowed(() => assertUsable("write", ["users:manage"]))).toBe(false);
    expect(isAllowed(() => assertUsable("admin", [...SCOPES]))).toBe(true);
    expect(isAllowed(() => assertUsable(null, ["ask"]))).toBe(false);
  });
});

describe("a key that opens an account", () => {
  const { viewer } = ANONYMOUS;
  const opens = (scopes: Scope[] | null, within: string[] | null, role: Role) =>
    isAllowed(() =>
      assertMayOpen(
        { scopes: scopes && new Set(scopes), viewer: { ...viewer, within: within && new Set(within) } },
        role,
      ),
    );

  it("has all that the account has", () => {
    expect(opens(["users:manage"], null, "read")).toBe(false);
    const ofReaders: Scope[] = [
      "users:manage",
      "ask",
      "documents:read",
      "history:read",
      "keys:manage",
      "metrics:read",
    ];
    expect(opens(ofReaders, null, "read")).toBe(true);
    expect(opens(ofReaders, null, "write")).toBe(false);
    expect(opens([...SCOPES], null, "super_admin")).toBe(true);
    expect(opens([...SCOPES], ["a"], "read")).toBe(false);
  });

  it("is no matter to those who are signed in", () => {
    expect(opens(null, null, "super_admin")).toBe(true);
  });
});
