import { z } from "zod";
import { GrantLevel, Visibility } from "./access.ts";
import { pageOf } from "./pagination.ts";

/** The collection that a document joins when none is named. It always exists. */
export const DEFAULT_COLLECTION = "default";

export const CollectionName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/,
    "1 to 64 of a-z, 0-9, - and _, with a letter or digit at both ends",
  )
  .meta({ example: "handbooks" });

export const CreateCollection = z.strictObject({
  name: CollectionName,
  description: z.string().max(1000).optional(),
  visibility: Visibility.default("private"),
});
export type CreateCollection = z.infer<typeof CreateCollection>;

export const UpdateCollection = z
  .strictObject({
    name: CollectionName.optional(),
    description: z.string().max(1000).nullable().optional(),
    visibility: Visibility.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, "name what is to change");
export type UpdateCollection = z.infer<typeof UpdateCollection>;

export const Collection = z
  .object({
    id: z.string(),
    name: CollectionName,
    description: z.string().nullable(),
    visibility: Visibility,
    access: GrantLevel.describe("What the one who asks may do in it"),
    documents: z
      .object({ ready: z.int(), running: z.int(), failed: z.int() })
      .describe("Documents by the state of their newest version; queued ones count as running"),
    chunks: z.int().describe("Chunks that answer questions now"),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: "Collection" });
export type Collection = z.infer<typeof Collection>;

export const CollectionPage = pageOf(Collection).meta({ id: "CollectionPage" });
