import type { ShardBatch } from "../head/shard-batch.ts";
import { decodeLabels } from "../model/label-codec.ts";
import { type Matcher, matcher } from "../model/matcher.ts";
import type { AppendResult } from "../model/sample-batch.ts";
import { Samples } from "../model/samples.ts";
import type { PlainMatcher } from "../query/shard-reader.ts";
import type { SampleEvent } from "./live-event.ts";
import { type Entry, type Selected, SelectorIndex } from "./selector-index.ts";

/** Who has not been heard of for so long is forgotten, in milliseconds. */
const LEASE_MS = 90_000;

export type Selectors = readonly (readonly PlainMatcher[])[];

interface Watcher {
  /** By the selector as JSON. */
  selectors: Map<string, Entry<string>>;
  until: number;
}

/** Knows which series of a shard anybody watches. Where nobody does, it costs nothing. */
export class SeriesWatchers {
  readonly #watchers = new Map<string, Watcher>();
  readonly #index = new SelectorIndex<string>();

  get names(): string[] {
    return [...this.#watchers.keys()];
  }

  /** Somebody watches, or goes on to; or stops, when there is nothing to watch. @returns whether anything has changed */
  watch(name: string, selectors: Selectors, now: number): boolean {
    const before = this.#watchers.get(name)?.selectors ?? new Map<string, Entry<string>>();
    const after = new Map<string, Entry<string>>();
    for (const selector of selectors) {
      const key = JSON.stringify(selector);
      after.set(key, before.get(key) ?? after.get(key) ?? this.#index.add(matchersOf(selector), name));
    }
    const gone = [...before].filter(([key]) => !after.has(key));
    for (const [, entry] of gone) this.#index.remove(entry);
    if (selectors.length === 0) this.#watchers.delete(name);
    else this.#watchers.set(name, { selectors: after, until: now + LEASE_MS });
    return gone.length > 0 || after.size > before.size;
  }

  /** Forgets those who were not heard of for long. @returns who they were */
  expire(now: number): string[] {
    const gone = this.names.filter((name) => (this.#watchers.get(name)?.until ?? 0) <= now);
    for (const name of gone) this.watch(name, [], now);
    return gone;
  }

  /** The samples of a batch that were taken and that somebody watches, by watcher. Histograms are not told. */
  eventsOf(batch: ShardBatch, { refused }: AppendResult): Map<string, SampleEvent[]> {
    const found = new Map<string, SampleEvent[]>();
    if (this.#watchers.size === 0) return found;
    const isLeftOut = new Set([...refused, ...batch.histograms].map(({ sample }) => sample));
    const ofSeries = Array.from(batch.labelEnds, (_, series) => select(this.#index, batch, series));
    const samples = new Samples(batch.times, batch.values);
    for (let sample = 0; sample < batch.series.length; sample += 1) {
      const series = ofSeries[batch.series[sample] ?? 0];
      if (series === undefined || series.targets.length === 0 || isLeftOut.has(sample)) continue;
      const event: SampleEvent = {
        topic: "metrics",
        labels: series.labels,
        time: batch.times[sample] ?? 0,
        value: samples.isStale(sample) ? null : (batch.values[sample] ?? 0),
      };
      for (const name of series.targets) {
        const events = found.get(name);
        if (events === undefined) found.set(name, [event]);
        else events.push(event);
      }
    }
    return found;
  }
}

const matchersOf = (selector: readonly PlainMatcher[]): Matcher[] =>
  selector.map(({ name, operator, value }) => matcher(name, operator, value));

function select(index: SelectorIndex<string>, batch: ShardBatch, series: number): Selected<string> {
  const start = series === 0 ? 0 : batch.labelEnds[series - 1];
  return index.select(
    `${batch.hashes[series * 2]} ${batch.hashes[series * 2 + 1]}`,
    () => decodeLabels(batch.labelBytes, start, batch.labelEnds[series]).flat,
  );
}
