import { z } from "zod";

export const Health = z.object({ status: z.literal("healthy"), version: z.string() }).meta({ id: "Health" });

export const ComponentCheck = z.object({
  ok: z.boolean(),
  duration_ms: z.number(),
  detail: z.string().optional(),
});
export type ComponentCheck = z.infer<typeof ComponentCheck>;

export const Readiness = z
  .object({
    status: z.enum(["ready", "not_ready"]),
    checks: z.record(z.string(), ComponentCheck),
    down: z.array(z.string()).describe("The names of what is down"),
  })
  .meta({ id: "Readiness" });
export type Readiness = z.infer<typeof Readiness>;

export const HealthDetail = Readiness.extend({
  version: z.string(),
  environment: z.string(),
  documents: z.object({ ready: z.int(), running: z.int(), failed: z.int() }),
  jobs: z.object({ queued: z.int(), running: z.int(), dead_lettered: z.int() }),
  outbox: z.object({ unsent: z.int(), oldest_seconds: z.number().nullable() }),
}).meta({ id: "HealthDetail" });
export type HealthDetail = z.infer<typeof HealthDetail>;

export const SystemHealth = z
  .object({
    runtime: z.string(),
    isolate: z.object({ id: z.string(), started_at: z.iso.datetime(), requests: z.int() }),
    models: z.object({ embedding: z.string(), chat: z.string() }),
    indexes: z.array(
      z.object({ collection: z.string(), chunks: z.int(), documents: z.int(), segments: z.int() }),
    ),
  })
  .meta({ id: "SystemHealth" });
export type SystemHealth = z.infer<typeof SystemHealth>;
