/**
 * The columns of the usage dataset (Workers Analytics Engine), by place: a place is never given another meaning; a
 * change of any makes a new version. Written only: nothing that the service shows or decides is read from here.
 */
const USAGE_VERSION = "1";
const USAGE_INDEX = "event";
const USAGE_BLOBS = ["version", "event", "outcome", "subject", "environment"] as const;
const USAGE_DOUBLES = ["count", "duration_ms", "bytes"] as const;

/** Something that was used. */
interface UsageEvent {
  event: "question" | "search" | "upload" | "ingestion" | "samples" | "promql";
  /** Such as answered, declined, accepted or error; of ingestion, what became of a job's turn. */
  outcome: string;
  /** What it was about: the id of a collection, a protocol, or a kind of query. Never anything personal. */
  subject: string;
  count: number;
  durationMs?: number;
  bytes?: number;
}

export type UsageWriter = (event: UsageEvent) => void;

/** @param dataset where there is none, nothing is written */
export const usageWriter =
  (dataset: AnalyticsEngineDataset | undefined, environment: string): UsageWriter =>
  (usage) => {
    const blobs: Record<(typeof USAGE_BLOBS)[number], string> = {
      version: USAGE_VERSION,
      event: usage.event,
      outcome: usage.outcome,
      subject: usage.subject,
      environment,
    };
    const doubles: Record<(typeof USAGE_DOUBLES)[number], number> = {
      count: usage.count,
      duration_ms: usage.durationMs ?? 0,
      bytes: usage.bytes ?? 0,
    };
    dataset?.writeDataPoint({
      indexes: [usage[USAGE_INDEX]],
      blobs: USAGE_BLOBS.map((column) => blobs[column]),
      doubles: USAGE_DOUBLES.map((column) => doubles[column]),
    });
  };
