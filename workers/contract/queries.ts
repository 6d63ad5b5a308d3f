import { z } from "zod";
import { CollectionName, DEFAULT_COLLECTION } from "./collections.ts";
import { Chunk } from "./documents.ts";
import { MetadataFilter } from "./metadata-filter.ts";
import { pageOf } from "./pagination.ts";

export const SearchMode = z.enum(["hybrid", "keyword", "vector"]);
export type SearchMode = z.infer<typeof SearchMode>;

const AsOf = z
  .union([z.iso.datetime({ offset: true }), z.int().min(1)])
  .describe("Ask the past: a time (ISO 8601), or a version (each document as it was at that version)");

export const SearchQuery = z
  .strictObject({
    question: z.string().trim().min(1, "the question is empty").max(2000),
    collection: CollectionName.default(DEFAULT_COLLECTION),
    top_k: z.int().min(1).max(100).default(10),
    mode: SearchMode.default("hybrid"),
    filters: MetadataFilter.optional(),
    as_of: AsOf.optional(),
    explain: z.boolean().default(false).describe("Add each passage's scores and each stage's milliseconds"),
  })
  .meta({ id: "SearchQuery" });
export type SearchQuery = z.infer<typeof SearchQuery>;

export const AskQuery = SearchQuery.extend({
  stream: z
    .boolean()
    .default(false)
    .describe("Answer as server-sent events, as `Accept: text/event-stream` does"),
}).meta({ id: "AskQuery" });
export type AskQuery = z.infer<typeof AskQuery>;

export const PassageScores = z.object({
  bm25: z.number(),
  vector: z.number().nullable(),
  fused: z.number(),
  rerank: z.number(),
});

export const Passage = Chunk.omit({ ordinal: true })
  .extend({
    document_id: z.string(),
    document_name: z.string(),
    title: z.string(),
    version: z.int(),
    score: z.number(),
    scores: PassageScores.optional(),
  })
  .meta({ id: "Passage" });
export type Passage = z.infer<typeof Passage>;

export const Timings = z
  .record(z.string(), z.number())
  .describe("Milliseconds of each stage, and `total`")
  .meta({ id: "Timings" });

export const SearchAnswer = z
  .object({ passages: z.array(Passage), timings: Timings, degraded: z.array(z.string()) })
  .meta({ id: "SearchAnswer" });
export type SearchAnswer = z.infer<typeof SearchAnswer>;

export const Citation = z
  .object({
    index: z.int().describe("The number that stands in the answer: [1]"),
    document_id: z.string(),
    document_name: z.string(),
    version: z.int(),
    page: z.int().describe("Counted from 1"),
    start: z.int().describe("Offset into the stored text, in UTF-16 code units"),
    end: z.int(),
    quote: z.string().describe("The stored text from start to end, to the letter"),
  })
  .meta({ id: "Citation" });
export type Citation = z.infer<typeof Citation>;

export const Answer = z
  .object({
    id: z.string(),
    answered: z.boolean(),
    answer: z.string(),
    citations: z.array(Citation),
    passages: z.array(Passage),
    timings: Timings,
    degraded: z.array(z.string()).describe("What could not be used for this answer, such as `embedding`"),
  })
  .meta({ id: "Answer" });
export type Answer = z.infer<typeof Answer>;

export const Feedback = z
  .strictObject({
    thumb: z.enum(["up", "down"]),
    comment: z.string().max(4000).optional(),
    correct_document_id: z.string().max(100).optional(),
  })
  .meta({ id: "Feedback" });
export type Feedback = z.infer<typeof Feedback>;

export const QueryRecord = z
  .object({
    id: z.string(),
    question: z.string(),
    collection: z.string(),
    mode: SearchMode,
    answered: z.boolean(),
    answer: z.string(),
    citations: z.array(Citation),
    passages: z
      .array(Passage.pick({ chunk_id: true, document_id: true, version: true, page: true, score: true }))
      .describe("What was found, without the text"),
    timings: Timings,
    degraded: z.array(z.string()),
    withheld: z
      .boolean()
      .describe("The answer quotes a document that the one who asks may not read any more, and is left out"),
    feedback: Feedback.extend({ created_at: z.iso.datetime() }).nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: "QueryRecord" });
export type QueryRecord = z.infer<typeof QueryRecord>;

export const QueryPage = pageOf(QueryRecord).meta({ id: "QueryPage" });
