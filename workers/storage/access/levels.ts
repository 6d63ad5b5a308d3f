import type { GrantLevel } from "../../contract/access.ts";
import type { Viewer } from "../../identity/principal.ts";
import { levelOnCollection } from "../../identity/viewer.ts";
import { type CollectionRepository, collectionNotFound } from "../collections.ts";
import type { DocumentRepository } from "../documents.ts";

/** What somebody may do with what he names. */
export function accessLevels(collections: CollectionRepository, documents: DocumentRepository) {
  return {
    /** @throws AppError `collection_not_found`, also for one that he may not know of */
    async levelOnCollection(viewer: Viewer, name: string): Promise<{ id: string; level: GrantLevel }> {
      const { id, visibility } = await collections.place(name);
      const level = levelOnCollection(viewer, { collectionId: id, visibility });
      if (level === null) throw collectionNotFound(name);
      return { id, level };
    },

    /** @throws AppError `document_not_found`, also for one that he may not read */
    async levelOnDocument(viewer: Viewer, id: string): Promise<{ id: string; level: GrantLevel }> {
      const { access } = await documents.get(viewer, id);
      return { id, level: access };
    },
  };
}
