import { GRANT_LEVELS, type GrantLevel, type Visibility } from "../contract/access.ts";
import type { Viewer } from "./principal.ts";

/** A collection, as far as rights go. */
export interface CollectionRights {
  collectionId: string;
  visibility: Visibility;
}

/** A document, as far as rights go. */
export interface DocumentRights extends CollectionRights {
  documentId: string;
  restricted: boolean;
}

/** What somebody may do in a collection; null when he may not even know that it is there. */
export function levelOnCollection(
  viewer: Viewer,
  { collectionId, visibility }: CollectionRights,
): GrantLevel | null {
  if (viewer.within?.has(collectionId) === false) return null;
  if (viewer.everything) return "manage";
  const isOpen = visibility === "public" || (visibility === "internal" && viewer.signedIn);
  return higher(viewer.collections.get(collectionId) ?? null, isOpen ? viewer.openLevel : null);
}

/** What somebody may do with a document; a restricted one is not reached by what its collection gives. */
export function levelOnDocument(viewer: Viewer, rights: DocumentRights): GrantLevel | null {
  if (viewer.within?.has(rights.collectionId) === false) return null;
  if (viewer.everything) return "manage";
  const granted = viewer.documents.get(rights.documentId) ?? null;
  return rights.restricted ? granted : higher(granted, levelOnCollection(viewer, rights));
}

/** Whether a level includes another. */
export const includesLevel = (level: GrantLevel | null, needed: GrantLevel): boolean =>
  level !== null && GRANT_LEVELS.indexOf(level) >= GRANT_LEVELS.indexOf(needed);

const higher = (a: GrantLevel | null, b: GrantLevel | null): GrantLevel | null =>
  a !== null && (b === null || includesLevel(a, b)) ? a : b;

/** Which documents of a collection a search may know of; null for one whom the collection does not concern. */
export type SearchScope = { except: string[] } | { only: string[] };

/**
 * @param restricted ids of the collection's restricted documents
 * @param granted ids of the collection's documents that a grant opens to the viewer
 * @returns undefined when all are open to him
 */
export function searchScope(
  viewer: Viewer,
  rights: CollectionRights,
  { restricted, granted }: { restricted: readonly string[]; granted: readonly string[] },
): SearchScope | undefined | null {
  if (levelOnCollection(viewer, rights) !== null) {
    const except = viewer.everything ? [] : restricted.filter((id) => !viewer.documents.has(id));
    return except.length === 0 ? undefined : { except };
  }
  const isOutside = viewer.within?.has(rights.collectionId) === false;
  return isOutside || granted.length === 0 ? null : { only: [...granted] };
}
