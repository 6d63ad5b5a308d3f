import { expect, it } from "vitest";
import { scopesOf } from "../../../workers/identity/account-scopes.ts";
import { ANONYMOUS } from "../../../workers/identity/principal.ts";

const reader = { ...ANONYMOUS, kind: "user", role: "read" } as const;

it("tells what a session's role opens", () => {
  expect(scopesOf(reader)).toEqual(["ask", "documents:read", "history:read", "metrics:read", "keys:manage"]);
  expect(scopesOf({ ...reader, role: "write" })).toContain("documents:write");
  expect(scopesOf({ ...reader, role: "write" })).not.toContain("users:manage");
  expect(scopesOf({ ...reader, role: "admin" })).toContain("audit:read");
});

it("tells of a key no more than it was made for, and no more than its owner may", () => {
  const scopes = new Set(["ask", "users:manage"] as const);
  expect(scopesOf({ ...reader, kind: "key", scopes })).toEqual(["ask"]);
  expect(scopesOf({ ...reader, kind: "key", role: "admin", scopes })).toEqual(["ask", "users:manage"]);
});

it("tells nothing of nobody", () => {
  expect(scopesOf(ANONYMOUS)).toEqual([]);
});
