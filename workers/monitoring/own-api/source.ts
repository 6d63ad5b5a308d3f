import type { RuntimeSettings } from "../../contract/settings.ts";
import { AppError } from "../../errors.ts";
import { DAY, dayOf, RESOLUTIONS, type Resolution } from "../head/shard-settings.ts";
import type { RollupResolution } from "./metric-reader.ts";

export type RetentionDays = RuntimeSettings["metrics"]["retention_days"];

/** From the finest to the coarsest. */
export const ROLLUPS = ["1m", "5m", "1h", "1d"] as const satisfies readonly RollupResolution[];

/** Buckets shorter than these are hardly fewer than samples, and are made by the shard when it is asked. */
const WORTHWHILE = RESOLUTIONS["5m"];

/** Since when there may be samples or buckets of a resolution: days go whole. Milliseconds since 1970. */
export function keptSince(resolution: Resolution, retention: RetentionDays, now: number): number {
  return (dayOf(now) - retention[resolution]) * DAY;
}

/**
 * Whether intervals are made of samples or of rollups. Samples where they are of yesterday or today, which are not
 * rolled up yet; else the coarsest rollups that fill the intervals, or the samples where none does.
 *
 * @param start of what is read, in milliseconds since 1970
 * @throws AppError `query_failed` where neither reaches back far enough
 */
export function sourceOfIntervals(
  start: number,
  interval: number,
  retention: RetentionDays,
  now: number,
): Resolution {
  const since = Math.max(start, oldest(retention, now));
  const isKept = (resolution: Resolution) => keptSince(resolution, retention, now) <= since;
  const fitting = ROLLUPS.filter(
    (resolution) => interval % RESOLUTIONS[resolution] === 0 && isKept(resolution),
  );
  const coarsest = fitting.at(-1);
  const isRecent = since >= (dayOf(now) - 1) * DAY;
  if (isKept("raw") && (isRecent || coarsest === undefined || RESOLUTIONS[coarsest] < WORTHWHILE))
    return "raw";
  if (coarsest !== undefined) return coarsest;
  const finest = ROLLUPS.find(isKept) ?? "1d";
  throw new AppError("query_failed", {
    detail: `Samples are kept for ${retention.raw} days. Of the time before, ask for intervals that are multiples of ${finest}, or begin later.`,
  });
}

/** What statistics over a window are made of: the samples, or the finest rollups that reach back far enough. */
export function sourceOfStats(start: number, retention: RetentionDays, now: number): Resolution {
  const since = Math.max(start, oldest(retention, now));
  const sources: readonly Resolution[] = ["raw", ...ROLLUPS];
  return sources.find((resolution) => keptSince(resolution, retention, now) <= since) ?? "1d";
}

/** @throws AppError `query_failed` where samples do not reach back far enough */
export function assertSamplesKept(start: number, retention: RetentionDays, now: number): void {
  if (keptSince("raw", retention, now) <= start) return;
  throw new AppError("query_failed", {
    detail: `Percentiles are made of samples, which are kept for ${retention.raw} days. Begin later, or ask for another aggregation.`,
  });
}

/** Nothing is kept from before. */
function oldest(retention: RetentionDays, now: number): number {
  return Math.min(
    ...(["raw", ...ROLLUPS] as const).map((resolution) => keptSince(resolution, retention, now)),
  );
}
