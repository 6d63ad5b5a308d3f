import { and, eq, sql } from "drizzle-orm";
import type { Viewer } from "../../identity/principal.ts";
import { type SearchScope, searchScope } from "../../identity/viewer.ts";
import { collectionNotFound, type Place } from "../collections.ts";
import type { Database } from "../database.ts";
import { Recent } from "../recent.ts";
import { document } from "../schema.ts";

const restrictedOf = new Recent<string[]>("search_scopes");

/** What searches may see, as of a few seconds ago. */
export function searchScopes(db: Database, background: (work: Promise<unknown>) => void) {
  const restrictedIn = async (collectionId: string): Promise<string[]> => {
    const rows = await db
      .select({ id: document.id })
      .from(document)
      .where(and(eq(document.collectionId, collectionId), sql`${document.restricted}`));
    return rows.map(({ id }) => id);
  };
  const grantedIn = async (viewer: Viewer, collectionId: string): Promise<string[]> => {
    if (viewer.documents.size === 0) return [];
    const granted = JSON.stringify([...viewer.documents.keys()]);
    const rows = await db
      .select({ id: document.id })
      .from(document)
      .where(
        and(
          eq(document.collectionId, collectionId),
          sql`${document.id} in (select value from json_each(${granted}))`,
        ),
      );
    return rows.map(({ id }) => id).sort();
  };

  return {
    /** @returns undefined when all of the collection is open. @throws AppError `collection_not_found` */
    async of(viewer: Viewer, { id, name, visibility }: Place): Promise<SearchScope | undefined> {
      const rights = { collectionId: id, visibility };
      const known = searchScope(viewer, rights, { restricted: [], granted: [] });
      const scope = searchScope(viewer, rights, {
        restricted: known === null ? [] : await restrictedOf.get(id, () => restrictedIn(id), background),
        granted: known === null ? await grantedIn(viewer, id) : [],
      });
      if (scope === null) throw collectionNotFound(name);
      return scope;
    },

    forget: () => restrictedOf.forget(),
  };
}
