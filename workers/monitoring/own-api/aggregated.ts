import { AppError } from "../../errors.ts";
import { RESOLUTIONS } from "../head/shard-settings.ts";
import type { Labels } from "../model/labels.ts";
import type { Matcher } from "../model/matcher.ts";
import type { Budget } from "../promql/evaluate/budget.ts";
import type { RollupColumns } from "../rollups/rollup.ts";
import { gridOver, type Window } from "./grid.ts";
import type { MetricReader, RollupResolution } from "./metric-reader.ts";
import { keptSince, type RetentionDays, ROLLUPS } from "./source.ts";

/** Of a reply: some 12 MB. */
const MAX_BUCKETS = 50_000;
const DEFAULT_BUCKETS = 1_000;

export interface SeriesBuckets {
  readonly labels: Labels;
  readonly rollup: RollupColumns;
}

/** The finest resolution that is still kept at the window's beginning and gives a chart's number of buckets. */
export function defaultResolution(
  { start, end }: Window,
  retention: RetentionDays,
  now: number,
): RollupResolution {
  const fits = (resolution: RollupResolution) =>
    (end - start) / RESOLUTIONS[resolution] <= DEFAULT_BUCKETS &&
    keptSince(resolution, retention, now) <= start;
  return ROLLUPS.find(fits) ?? "1d";
}

/**
 * The rollups of a window, sorted by labels.
 *
 * @throws AppError `validation_failed`, `query_failed` where they are too many, and QueryError where they take too long
 */
export async function aggregated(
  reader: MetricReader,
  matchers: readonly Matcher[],
  window: Window,
  resolution: RollupResolution,
  budget: Budget,
): Promise<SeriesBuckets[]> {
  const grid = gridOver(window, RESOLUTIONS[resolution]);
  const end = grid.start + grid.interval * grid.count - 1;
  const found: SeriesBuckets[] = [];
  let buckets = 0;
  for await (const batch of reader.rollups({ matchers, start: grid.start, end }, resolution)) {
    for (const { labels, rollup: unpack } of batch) {
      const rollup = unpack();
      buckets += rollup.start.length;
      if (buckets > MAX_BUCKETS) throw tooMany();
      if (rollup.start.length > 0) found.push({ labels, rollup });
    }
    budget.touch(batch.length);
    await budget.checkpoint();
  }
  return found.sort((one, other) => (one.labels.key < other.labels.key ? -1 : 1));
}

const tooMany = () =>
  new AppError("query_failed", {
    detail: `There are more than ${MAX_BUCKETS} buckets. Ask for a coarser resolution, a shorter window or fewer series.`,
    extensions: { limit: MAX_BUCKETS },
  });
