import type { GrantLevel, Role, Scope, Tier } from "../contract/access.ts";
import { ROLES } from "../contract/access.ts";
import type { RateLimit } from "../contract/identity.ts";

/** Who asks, as their credential and the stores say. */
export interface Principal {
  kind: "user" | "key" | "anonymous";
  userId: string | null;
  sessionId: string | null;
  keyId: string | null;
  /** Null for those who are not signed in. */
  role: Role | null;
  /** Null when the role alone decides. */
  scopes: ReadonlySet<Scope> | null;
  tier: Tier;
  /** A limit of the key's own. */
  rateLimit: RateLimit | null;
  /** How the session began; null without one. */
  method: "password" | "link" | "passkey" | null;
  /** When the session began, in epoch milliseconds; 0 without one. */
  since: number;
  viewer: Viewer;
}

/** What somebody may see: the one description that every list, search and download is narrowed by. */
export interface Viewer {
  /** Admins see all collections and documents. */
  everything: boolean;
  signedIn: boolean;
  /** What the role allows to do with a collection that is open to it. */
  openLevel: GrantLevel;
  /** Grants by the collection's id. */
  collections: ReadonlyMap<string, GrantLevel>;
  /** Grants by the document's id. */
  documents: ReadonlyMap<string, GrantLevel>;
  /** Ids of the collections that a key is restricted to; null when it is not. */
  within: ReadonlySet<string> | null;
}

export const ANONYMOUS: Principal = {
  kind: "anonymous",
  userId: null,
  sessionId: null,
  keyId: null,
  role: null,
  scopes: null,
  tier: "anonymous",
  rateLimit: null,
  method: null,
  since: 0,
  viewer: {
    everything: false,
    signedIn: false,
    openLevel: "read",
    collections: new Map(),
    documents: new Map(),
    within: null,
  },
};

/** Whether a role includes another. */
export const hasRole = (role: Role | null, needed: Role): boolean =>
  role !== null && ROLES.indexOf(role) >= ROLES.indexOf(needed);
