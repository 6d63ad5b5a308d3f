import { z } from "zod";
import { PageRequest, pageOf } from "./pagination.ts";

export const JobState = z.enum(["queued", "running", "ready", "failed"]);
export type JobState = z.infer<typeof JobState>;

/** The stages of ingestion, in order. */
export const JobStage = z.enum([
  "queued",
  "scan",
  "parse",
  "chunk",
  "embed",
  "index",
  "probe",
  "switch",
  "done",
]);
export type JobStage = z.infer<typeof JobStage>;

export const JobReason = z.object({ code: z.string(), message: z.string() });
export type JobReason = z.infer<typeof JobReason>;

/** One entry of a job's ledger: what was done, how long it took, how it ended. */
export const StageRecord = z.object({
  stage: JobStage,
  attempt: z.int(),
  outcome: z.enum(["done", "retried", "failed"]),
  started_at: z.iso.datetime(),
  duration_ms: z.number(),
  detail: z.string().nullable(),
});
export type StageRecord = z.infer<typeof StageRecord>;

export const Job = z
  .object({
    id: z.string(),
    document_id: z.string(),
    version: z.int(),
    collection: z.string(),
    state: JobState,
    stage: JobStage,
    percent: z.number().min(0).max(100),
    reason: JobReason.optional().describe("Why it failed, or why its last attempt did"),
    attempts: z.int().describe("How often work on it was begun or resumed after a failure"),
    dead_lettered: z.boolean().describe("Its retries are exhausted; it can be replayed"),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    finished_at: z.iso.datetime().nullable(),
  })
  .meta({ id: "Job" });
export type Job = z.infer<typeof Job>;

export const JobDetail = Job.extend({ stages: z.array(StageRecord) }).meta({ id: "JobDetail" });
export type JobDetail = z.infer<typeof JobDetail>;

export const JobPage = pageOf(Job).meta({ id: "JobPage" });

/** What the ingestion queue carries: the job's id; all else stands in the ledger. */
export const IngestionMessage = z.object({ job_id: z.string() });
export type IngestionMessage = z.infer<typeof IngestionMessage>;

/** The part that we read of R2's event notification. */
export const BucketEvent = z.object({
  action: z.string(),
  bucket: z.string(),
  object: z.object({ key: z.string(), size: z.number().optional(), eTag: z.string().optional() }),
});
export type BucketEvent = z.infer<typeof BucketEvent>;

export const JobQuery = PageRequest.extend({
  state: JobState.optional(),
  collection: z.string().max(64).optional(),
  document_id: z.string().max(100).optional(),
  dead_lettered: z.stringbool().optional().describe("Only those whose retries are exhausted"),
});
export type JobQuery = z.infer<typeof JobQuery>;
