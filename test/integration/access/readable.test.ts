import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GRANT_LEVELS, type GrantLevel, type Visibility } from "../../../workers/contract/access.ts";
import type { Viewer } from "../../../workers/identity/principal.ts";
import { levelOnCollection, levelOnDocument } from "../../../workers/identity/viewer.ts";
import { readableCollections, readableDocuments } from "../../../workers/storage/access/readable.ts";
import { openDatabase } from "../../../workers/storage/database.ts";
import { collection, document } from "../../../workers/storage/schema.ts";
import { useFreshStores } from "../../support/api.ts";

useFreshStores();

const VISIBILITIES: Visibility[] = ["public", "internal", "private"];
const COLLECTIONS = VISIBILITIES.flatMap((visibility) =>
  [0, 1].map((n) => ({ id: `col_${visibility}${n}`, visibility })),
);
const DOCUMENTS = COLLECTIONS.flatMap(({ id, visibility }) =>
  [false, true].map((restricted) => ({
    id: `doc_${id}_${restricted}`,
    collectionId: id,
    visibility,
    restricted,
  })),
);

async function fill(): Promise<void> {
  const db = openDatabase(env.DB);
  const times = { createdAt: 1, updatedAt: 1 };
  await db.delete(collection).where(eq(collection.id, "col_default"));
  await db.insert(collection).values(COLLECTIONS.map((row) => ({ ...row, name: row.id, ...times })));
  for (const { id, collectionId, restricted } of DOCUMENTS) {
    await db
      .insert(document)
      .values({ id, collectionId, name: id, restricted, latestVersion: 1, status: "ready", ...times });
  }
}

const grants = (ids: string[]): fc.Arbitrary<Map<string, GrantLevel>> =>
  fc
    .array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...GRANT_LEVELS)), { maxLength: 3 })
    .map((pairs) => new Map(pairs));

const viewers: fc.Arbitrary<Viewer> = fc.record({
  everything: fc.boolean(),
  signedIn: fc.boolean(),
  openLevel: fc.constantFrom<GrantLevel>("read", "write"),
  collections: grants(COLLECTIONS.map(({ id }) => id)),
  documents: grants(DOCUMENTS.map(({ id }) => id)),
  within: fc.option(fc.subarray(COLLECTIONS.map(({ id }) => id)).map((ids) => new Set(ids))),
});

describe("what a viewer may read", () => {
  it("is the same in lists (by SQL) and of a single one (by its level)", async () => {
    await fill();
    const db = openDatabase(env.DB);
    await fc.assert(
      fc.asyncProperty(viewers, async (viewer) => {
        const documents = await db
          .select({ id: document.id })
          .from(document)
          .innerJoin(collection, eq(collection.id, document.collectionId))
          .where(readableDocuments(viewer));
        const readable = DOCUMENTS.filter(
          ({ id, ...rights }) => levelOnDocument(viewer, { documentId: id, ...rights }) !== null,
        );
        expect(documents.map(({ id }) => id).sort()).toEqual(readable.map(({ id }) => id).sort());

        const collections = await db
          .select({ id: collection.id })
          .from(collection)
          .where(readableCollections(viewer));
        const known = COLLECTIONS.filter(
          ({ id, visibility }) =>
            levelOnCollection(viewer, { collectionId: id, visibility }) !== null ||
            readable.some(({ collectionId }) => collectionId === id),
        );
        expect(collections.map(({ id }) => id).sort()).toEqual(known.map(({ id }) => id).sort());
      }),
      { numRuns: 150 },
    );
  });
});
