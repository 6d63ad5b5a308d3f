import type { ShardBatch } from "../head/shard-batch.ts";
import { decodeLabels } from "../model/label-codec.ts";
import { type Matcher, matcher } from "../model/matcher.ts";
import type { AppendResult } from "../model/sample-batch.ts";
import type { PlainMatcher } from "../query/shard-reader.ts";
import type { SampleEvent } from "./live-event.ts";

/** Who has not been heard of for so long is forgotten, in milliseconds. */
const LEASE_MS = 90_000;
/** So many series are known to be watched or not; more and it is found out anew. */
const MAX_KNOWN = 100_000;

interface Watcher {
  selectors: Matcher[][];
  until: number;
}

/** What {@link SeriesWatchers} is made of again after a restart. */
export type StoredWatchers = [name: string, selectors: readonly (readonly PlainMatcher[])[], until: number][];

/** Knows which series of a shard anybody watches. Where nobody does, it costs nothing. */
export class SeriesWatchers {
  readonly #watchers = new Map<string, Watcher>();
  #stored: StoredWatchers;
  /** Watchers by the hash of a series; those of unwatched series are none. */
  readonly #ofSeries = new Map<string, { labels: readonly string[]; watchers: string[] }>();

  constructor(stored: StoredWatchers) {
    this.#stored = stored;
    for (const [name, selectors, until] of stored) this.#put(name, selectors, until);
  }

  /** @returns what to store, when that has changed */
  watch(name: string, selectors: readonly (readonly PlainMatcher[])[], now: number): StoredWatchers | null {
    const others = this.#stored.filter(([other, , until]) => other !== name && until > now);
    const before = this.#stored.find(([other]) => other === name);
    const until = now + LEASE_MS;
    if (selectors.length === 0) this.#watchers.delete(name);
    else this.#put(name, selectors, until);
    this.#ofSeries.clear();
    this.#stored = selectors.length === 0 ? others : [...others, [name, selectors, until]];
    const isRenewed = before !== undefined && JSON.stringify(before[1]) === JSON.stringify(selectors);
    return isRenewed || (before === undefined && selectors.length === 0) ? null : this.#stored;
  }

  /** The samples of a batch that were taken and that somebody watches, by watcher. Histograms are not told. */
  eventsOf(batch: ShardBatch, { refused }: AppendResult, now: number): Map<string, SampleEvent[]> {
    const found = new Map<string, SampleEvent[]>();
    for (const [name, { until }] of this.#watchers) if (until <= now) this.#watchers.delete(name);
    if (this.#watchers.size === 0) return found;
    const isLeftOut = new Set([
      ...refused.map(({ sample }) => sample),
      ...batch.histograms.map(({ sample }) => sample),
    ]);
    const ofSeries = Array.from(batch.labelEnds, (_, series) => this.#watchersOf(batch, series));
    for (let sample = 0; sample < batch.series.length; sample += 1) {
      const series = ofSeries[batch.series[sample] ?? 0];
      if (series === undefined || series.watchers.length === 0 || isLeftOut.has(sample)) continue;
      const event: SampleEvent = {
        topic: "metrics",
        labels: series.labels,
        time: batch.times[sample] ?? 0,
        value: batch.values[sample] ?? 0,
      };
      for (const name of series.watchers) {
        const events = found.get(name);
        if (events === undefined) found.set(name, [event]);
        else events.push(event);
      }
    }
    return found;
  }

  #watchersOf(batch: ShardBatch, series: number): { labels: readonly string[]; watchers: string[] } {
    const key = `${batch.hashes[series * 2]} ${batch.hashes[series * 2 + 1]}`;
    const known = this.#ofSeries.get(key);
    if (known !== undefined) return known;
    const start = series === 0 ? 0 : batch.labelEnds[series - 1];
    const labels = decodeLabels(batch.labelBytes, start, batch.labelEnds[series]);
    const watchers = [...this.#watchers].flatMap(([name, { selectors }]) => {
      const isWatched = selectors.some((matchers) =>
        matchers.every((condition) => condition.matches(labels.get(condition.name))),
      );
      return isWatched ? [name] : [];
    });
    if (this.#ofSeries.size >= MAX_KNOWN) this.#ofSeries.clear();
    const found = { labels: labels.flat, watchers };
    this.#ofSeries.set(key, found);
    return found;
  }

  #put(name: string, selectors: readonly (readonly PlainMatcher[])[], until: number): void {
    this.#watchers.set(name, {
      selectors: selectors.map((matchers) =>
        matchers.map((plain) => matcher(plain.name, plain.operator, plain.value)),
      ),
      until,
    });
  }
}
