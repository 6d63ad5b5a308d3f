import { z } from "zod";
import { GrantLevel } from "./access.ts";
import { CollectionName, DEFAULT_COLLECTION } from "./collections.ts";
import { JobState } from "./ingestion.ts";
import { PageRequest, pageOf } from "./pagination.ts";

/** The largest document that is taken. */
export const MAX_DOCUMENT_BYTES = 100 * 1024 * 1024;

export const DocumentName = z
  .string()
  .trim()
  .refine((name) => name.isWellFormed() && !/\p{Cc}/u.test(name), "holds characters that are not text")
  .min(1)
  .max(500)
  .meta({ example: "handbook.md" });

export const Metadata = z.record(z.string().min(1).max(200), z.unknown()).meta({ id: "Metadata" });
export type Metadata = z.infer<typeof Metadata>;

export const TextDocument = z
  .strictObject({
    name: DocumentName,
    text: z.string().min(1, "the text is empty"),
    title: z.string().trim().min(1).max(500).optional(),
    metadata: Metadata.optional(),
    collection: CollectionName.default(DEFAULT_COLLECTION),
  })
  .meta({ id: "TextDocument" });
export type TextDocument = z.infer<typeof TextDocument>;

export const Document = z
  .object({
    id: z.string(),
    name: z.string(),
    title: z.string().nullable(),
    collection: z.string(),
    version: z.int().describe("The newest version"),
    live_version: z.int().nullable().describe("The version that answers questions now"),
    status: JobState.describe("The state of the newest version"),
    mime_type: z.string().nullable(),
    bytes: z.int(),
    pages: z.int().nullable(),
    chunks: z.int().nullable(),
    metadata: Metadata,
    job_id: z.string().describe("The newest version's ingestion job"),
    restricted: z
      .boolean()
      .describe("Read by those whom a grant on the document itself names, and by admins"),
    access: GrantLevel.describe("What the one who asks may do with it"),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: "Document" });
export type Document = z.infer<typeof Document>;

export const DocumentPage = pageOf(Document).meta({ id: "DocumentPage" });

export const DocumentQuery = PageRequest.extend({
  collection: CollectionName.optional(),
  status: JobState.optional(),
  name: z.string().max(500).optional().describe("Exactly this name"),
  q: z.string().max(200).optional().describe("Names that contain this"),
  sort: z
    .enum(["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"])
    .default("-created_at"),
});
export type DocumentQuery = z.infer<typeof DocumentQuery>;

export const UpdateDocument = z
  .strictObject({
    title: z.string().trim().min(1).max(500).nullable().optional(),
    metadata: Metadata.optional().describe("Takes the place of all metadata there was"),
    restricted: z.boolean().optional().describe("Takes the right to manage the document"),
  })
  .refine((change) => Object.keys(change).length > 0, "name what is to change")
  .meta({ id: "UpdateDocument" });
export type UpdateDocument = z.infer<typeof UpdateDocument>;

/** The reply to an upload: what was accepted, and the job to follow. */
export const Accepted = z
  .object({
    document: Document.pick({ id: true, name: true, collection: true, version: true, status: true }),
    job: z.object({ id: z.string(), state: JobState }),
    unchanged: z.boolean().describe("The bytes are those of the newest version: nothing new was ingested"),
  })
  .meta({ id: "Accepted" });
export type Accepted = z.infer<typeof Accepted>;

/** One line of the reply to a bulk upload; `line` counts from 1. */
export const BulkLine = z.union([
  Accepted.extend({ line: z.int() }),
  z.object({ line: z.int(), error: z.object({ code: z.string(), detail: z.string() }) }),
]);
export type BulkLine = z.infer<typeof BulkLine>;

export const Version = z
  .object({
    version: z.int(),
    status: JobState,
    sha256: z.string(),
    bytes: z.int(),
    mime_type: z.string().nullable(),
    title: z.string().nullable(),
    pages: z.int().nullable(),
    chunks: z.int().nullable(),
    metadata: Metadata,
    job_id: z.string(),
    created_at: z.iso.datetime(),
    live_from: z.iso.datetime().nullable(),
    live_to: z.iso.datetime().nullable().describe("When a newer version took over"),
  })
  .meta({ id: "Version" });
export type Version = z.infer<typeof Version>;

export const VersionPage = pageOf(Version).meta({ id: "VersionPage" });

export const DocumentText = z
  .object({
    document_id: z.string(),
    version: z.int(),
    text: z.string(),
    pages: z.array(z.object({ page: z.int(), start: z.int(), end: z.int() })),
  })
  .meta({ id: "DocumentText" });
export type DocumentText = z.infer<typeof DocumentText>;

export const Chunk = z
  .object({
    chunk_id: z.string(),
    ordinal: z.int(),
    page: z.int(),
    start: z.int(),
    end: z.int(),
    headings: z.array(z.string()),
    context: z.string(),
    text: z.string(),
  })
  .meta({ id: "Chunk" });
export type Chunk = z.infer<typeof Chunk>;

export const ChunkPage = pageOf(Chunk).meta({ id: "ChunkPage" });
