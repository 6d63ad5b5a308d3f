import type { Scope } from "../api/contract.ts";

/** What each scope lets a program do, for people. */
export const SCOPE_WORDS: Record<Scope, string> = {
  ask: "Ask and search",
  "documents:read": "Read documents",
  "documents:write": "Add, change and delete documents",
  "collections:write": "Make and share collections",
  "history:read": "Read what was asked before",
  "metrics:read": "Read metrics",
  "metrics:write": "Send metrics",
  "users:manage": "Manage users and groups",
  "keys:manage": "Manage keys",
  "settings:manage": "Change settings",
  "audit:read": "Read the audit log",
  "system:read": "Read how the system is",
};
