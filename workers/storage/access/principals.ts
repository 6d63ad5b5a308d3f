import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm";
import type { GrantLevel, Role } from "../../contract/access.ts";
import { sameText } from "../../crypto/constant-time.ts";
import type { Claim } from "../../identity/claim.ts";
import { hasRole, type Principal, type Viewer } from "../../identity/principal.ts";
import { includesLevel } from "../../identity/viewer.ts";
import type { Database } from "../database.ts";
import { apiKey, session, user } from "../identity/schema.ts";
import { Recent } from "../recent.ts";
import { accessGrant, groupMember } from "./schema.ts";

/** Somebody as the stores know him, and until when his key or session holds, in epoch milliseconds. */
interface KnownPrincipal {
  principal: Principal;
  until: number;
  /** Hashes of the key's secret that are taken, each until its time. */
  secrets: { hash: string; until: number }[];
}

const known = new Recent<KnownPrincipal | null>("principals");

/** To be called where users, sessions, keys, groups or grants change. */
export const forgetPrincipals = (): void => known.forget();

/** Turns claims into principals: one batch of D1, kept for a few seconds. */
export function principalRepository(db: Database, background: (work: Promise<unknown>) => void) {
  const grantsOf = (userId: SQL) =>
    db
      .select({ kind: accessGrant.resourceKind, id: accessGrant.resourceId, level: accessGrant.level })
      .from(accessGrant)
      .where(
        or(
          and(eq(accessGrant.subjectKind, "user"), eq(accessGrant.subjectId, userId)),
          and(
            eq(accessGrant.subjectKind, "group"),
            inArray(
              accessGrant.subjectId,
              db.select({ id: groupMember.groupId }).from(groupMember).where(eq(groupMember.userId, userId)),
            ),
          ),
        ),
      );

  // Columns of a batch are told apart by their names alone: none may come twice.
  const owner = { role: user.role, tier: user.tier, state: user.state };

  const loadSession = async (id: string): Promise<KnownPrincipal | null> => {
    const [rows, grants] = await db.batch([
      db
        .select({
          ...owner,
          userId: session.userId,
          method: session.method,
          createdAt: session.createdAt,
          expiresAt: session.expiresAt,
          endedAt: session.endedAt,
        })
        .from(session)
        .innerJoin(user, eq(user.id, session.userId))
        .where(eq(session.id, id)),
      grantsOf(sql`(select ${session.userId} from ${session} where ${session.id} = ${id})`),
    ]);
    const [row] = rows;
    if (row === undefined || row.state !== "active" || row.endedAt !== null) return null;
    const { role, tier, userId, method, createdAt, expiresAt } = row;
    return {
      until: expiresAt,
      secrets: [],
      principal: {
        kind: "user",
        userId,
        sessionId: id,
        keyId: null,
        role,
        scopes: null,
        tier,
        rateLimit: null,
        method,
        since: createdAt,
        viewer: viewerOf(role, grants, null),
      },
    };
  };

  const loadKey = async (id: string): Promise<KnownPrincipal | null> => {
    const [rows, grants] = await db.batch([
      db
        .select({
          ...owner,
          userId: apiKey.userId,
          hash: apiKey.hash,
          previousHash: apiKey.previousHash,
          previousUntil: apiKey.previousUntil,
          scopes: apiKey.scopes,
          collections: apiKey.collections,
          rateLimit: apiKey.rateLimit,
          expiresAt: apiKey.expiresAt,
          revokedAt: apiKey.revokedAt,
        })
        .from(apiKey)
        .innerJoin(user, eq(user.id, apiKey.userId))
        .where(eq(apiKey.id, id)),
      grantsOf(sql`(select ${apiKey.userId} from ${apiKey} where ${apiKey.id} = ${id})`),
    ]);
    const [row] = rows;
    if (row === undefined || row.state !== "active" || row.revokedAt !== null) return null;
    const forever = Number.POSITIVE_INFINITY;
    return {
      until: row.expiresAt ?? forever,
      secrets: [
        { hash: row.hash, until: forever },
        ...(row.previousHash === null ? [] : [{ hash: row.previousHash, until: row.previousUntil ?? 0 }]),
      ],
      principal: {
        kind: "key",
        userId: row.userId,
        sessionId: null,
        keyId: id,
        role: row.role,
        scopes: new Set(row.scopes),
        tier: row.tier,
        rateLimit: row.rateLimit,
        method: null,
        since: 0,
        viewer: viewerOf(row.role, grants, row.collections),
      },
    };
  };

  return {
    /**
     * @param fresh asks the stores now: revocation reaches writes at once
     * @returns null when the session has ended, the key is revoked or the user is gone
     */
    async of(claim: Claim, fresh: boolean): Promise<Principal | null> {
      const isSession = claim.kind === "session";
      const key = isSession ? claim.sessionId : claim.keyId;
      const load = () => (isSession ? loadSession(key) : loadKey(key));
      const found = fresh ? await known.look(key, load) : await known.get(key, load, background);
      const principal = fitting(found, claim);
      // A secret that was made a moment ago in another isolate is not refused for it.
      if (principal !== null || fresh || found === null || isSession) return principal;
      return fitting(await known.look(key, load), claim);
    },

    /** To be called where users, sessions, keys, groups or grants change. */
    forget: forgetPrincipals,
  };
}

/** The principal, if the claim is his and holds still. */
function fitting(found: KnownPrincipal | null, claim: Claim): Principal | null {
  const now = Date.now();
  if (found === null || found.until <= now) return null;
  if (claim.kind === "session") return found.principal.userId === claim.userId ? found.principal : null;
  return found.secrets.some(({ hash, until }) => sameText(hash, claim.hash) && until > now)
    ? found.principal
    : null;
}

function viewerOf(
  role: Role,
  grants: { kind: "collection" | "document"; id: string; level: GrantLevel }[],
  within: string[] | null,
): Viewer {
  const collections = new Map<string, GrantLevel>();
  const documents = new Map<string, GrantLevel>();
  const mayWrite = hasRole(role, "write");
  for (const { kind, id, level } of grants) {
    const levels = kind === "collection" ? collections : documents;
    // A grant says where, the role what: one that only reads is not made a writer by a grant.
    const capped = mayWrite ? level : "read";
    if (!includesLevel(levels.get(id) ?? null, capped)) levels.set(id, capped);
  }
  return {
    everything: hasRole(role, "admin"),
    signedIn: true,
    openLevel: mayWrite ? "write" : "read",
    collections,
    documents,
    within: within === null ? null : new Set(within),
  };
}
