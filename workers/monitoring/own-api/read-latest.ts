import type { Labels } from "../model/labels.ts";
import type { Matcher } from "../model/matcher.ts";
import { Samples } from "../model/samples.ts";
import type { TimeSpan } from "../query/discovery.ts";
import { readPages, seriesOf } from "../query/read-pages.ts";
import { type ShardReader, toPlainMatchers } from "../query/shard-reader.ts";

interface LatestSample {
  readonly labels: Labels;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** A histogram's is NaN. */
  readonly value: number;
}

/**
 * The newest sample of each series, if it is of the span, sorted by labels. A series that has ended, which its stale
 * marker says, is left out.
 */
export async function readLatest(
  readers: readonly ShardReader[],
  matchers: readonly Matcher[],
  span: TimeSpan,
): Promise<LatestSample[]> {
  const request = { matchers: toPlainMatchers(matchers), ...span };
  const newest = new Map<string, LatestSample & { isStale: boolean }>();
  for (const reader of readers) {
    for await (const page of readPages((cursor) => reader.latest(request, cursor))) {
      const samples = new Samples(page.times, page.values);
      for (const [place, labels] of seriesOf(page).entries()) {
        const time = page.times[place] ?? 0;
        if ((newest.get(labels.key)?.time ?? Number.NEGATIVE_INFINITY) >= time) continue;
        const value = page.values[place] ?? Number.NaN;
        newest.set(labels.key, { labels, time, value, isStale: samples.isStale(place) });
      }
    }
  }
  return [...newest.values()]
    .filter(({ isStale }) => !isStale)
    .sort((one, other) => (one.labels.key < other.labels.key ? -1 : 1));
}
