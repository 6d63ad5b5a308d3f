import type { SeriesTable } from "./series-table.ts";
import { dayOf, type ShardSettings } from "./shard-settings.ts";
import { dropAt } from "./upkeep-plan.ts";

/** Series begin to make room when more than this share of what a shard may have is taken … */
const CROWDED = 0.9;
/** … and go on until no more than this is. */
const ROOMY = 0.8;

/** Whether a series has samples that are not sealed. */
type IsHeld = (series: number) => boolean;

/**
 * When the first of the series may make room for new ones, in milliseconds since 1970: it has no samples any more, only
 * rollups. Never, while there is room.
 */
export function roomAt(table: SeriesTable, settings: ShardSettings, isHeld: IsHeld): number {
  let soonest = Number.POSITIVE_INFINITY;
  if (shareTaken(table, settings) <= CROWDED) return soonest;
  for (let series = 0; series < table.end; series++) {
    if (!table.has(series) || isHeld(series)) continue;
    soonest = Math.min(soonest, samplesGoneAt(table, series, settings));
  }
  return soonest;
}

/** The series that make room now, those that ended longest ago; none, while there is room. */
export function seriesToEvict(
  table: SeriesTable,
  settings: ShardSettings,
  isHeld: IsHeld,
  now: number,
): ReadonlySet<number> {
  const evicted = new Set<number>();
  if (shareTaken(table, settings) <= CROWDED) return evicted;
  const ended: number[] = [];
  for (let series = 0; series < table.end; series++) {
    if (!table.has(series) || isHeld(series)) continue;
    if (samplesGoneAt(table, series, settings) <= now) ended.push(series);
  }
  ended.sort((a, b) => table.last(a) - table.last(b));
  let { size, labelBytes } = table;
  for (const series of ended) {
    if (shareTaken({ size, labelBytes }, settings) <= ROOMY) break;
    evicted.add(series);
    size--;
    labelBytes -= table.labels(series).length;
  }
  return evicted;
}

function shareTaken(
  { size, labelBytes }: Pick<SeriesTable, "size" | "labelBytes">,
  { maxSeries, maxLabelBytes }: ShardSettings,
): number {
  return Math.max(size / maxSeries, labelBytes / maxLabelBytes);
}

/** When the day of the newest sample is dropped. */
function samplesGoneAt(table: SeriesTable, series: number, settings: ShardSettings): number {
  return dropAt({ day: dayOf(table.last(series)), resolution: "raw" }, settings);
}
