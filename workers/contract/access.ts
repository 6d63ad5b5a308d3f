import { z } from "zod";
import { pageOf } from "./pagination.ts";

/** What somebody may do at most, least first: each role includes those before it. */
export const ROLES = ["read", "write", "admin", "super_admin"] as const;
export const Role = z.enum(ROLES).meta({ id: "Role" });
export type Role = z.infer<typeof Role>;

/** What an API key may be used for. People who are signed in have all that their role gives. */
export const SCOPES = [
  "ask",
  "documents:read",
  "documents:write",
  "collections:write",
  "history:read",
  "metrics:read",
  "metrics:write",
  "users:manage",
  "keys:manage",
  "settings:manage",
  "audit:read",
  "system:read",
] as const;
export const Scope = z.enum(SCOPES).meta({ id: "Scope" });
export type Scope = z.infer<typeof Scope>;

/** How many requests somebody may send. */
export const TIERS = ["anonymous", "authenticated", "premium"] as const;
export const Tier = z.enum(TIERS);
export type Tier = z.infer<typeof Tier>;

/** Who may read a collection without a grant: everybody, everybody who is signed in, or nobody. */
export const Visibility = z
  .enum(["public", "internal", "private"])
  .describe("`public`: everybody, signed in or not. `internal`: all who are signed in. `private`: by grant");
export type Visibility = z.infer<typeof Visibility>;

/** What a grant allows, least first: to read, to change documents as well, to manage grants as well. */
export const GRANT_LEVELS = ["read", "write", "manage"] as const;
export const GrantLevel = z.enum(GRANT_LEVELS).meta({ id: "GrantLevel" });
export type GrantLevel = z.infer<typeof GrantLevel>;

export const SubjectKind = z.enum(["user", "group"]);
export type SubjectKind = z.infer<typeof SubjectKind>;

export const Grant = z
  .object({
    subject: z.object({ kind: SubjectKind, id: z.string(), name: z.string() }),
    level: GrantLevel,
    created_at: z.iso.datetime(),
  })
  .meta({ id: "Grant" });
export type Grant = z.infer<typeof Grant>;

export const GrantList = pageOf(Grant).meta({ id: "GrantList" });
export const SetGrant = z.strictObject({ level: GrantLevel });
