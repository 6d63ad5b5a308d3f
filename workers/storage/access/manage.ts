import type { Author } from "../../identity/author.ts";
import type { Database, Statement } from "../database.ts";
import { accessGrant } from "./schema.ts";

/** Leaves the author in charge of what he has made or closed to others. Admins need no grant for that. */
export function keepManaging(
  db: Database,
  { userId, viewer }: Author,
  resource: { kind: "collection" | "document"; id: string },
  now: number,
): Statement[] {
  if (userId === null || viewer.everything) return [];
  return [
    db
      .insert(accessGrant)
      .values({
        resourceKind: resource.kind,
        resourceId: resource.id,
        subjectKind: "user",
        subjectId: userId,
        level: "manage",
        createdAt: now,
      })
      .onConflictDoUpdate({
        target: [
          accessGrant.resourceKind,
          accessGrant.resourceId,
          accessGrant.subjectKind,
          accessGrant.subjectId,
        ],
        set: { level: "manage" },
      }),
  ];
}
