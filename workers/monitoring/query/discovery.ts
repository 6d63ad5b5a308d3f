import { decodeLabels } from "../model/label-codec.ts";
import { Labels } from "../model/labels.ts";
import type { Matcher } from "../model/matcher.ts";
import type { Exemplar, MetricMetadata } from "../model/sample-batch.ts";
import { readPages, seriesOf } from "./read-pages.ts";
import { type SeriesRequest, type ShardReader, toPlainMatchers } from "./shard-reader.ts";

/** Milliseconds since 1970, both included. */
export interface TimeSpan {
  readonly start: number;
  readonly end: number;
}

export interface SeriesExemplars {
  readonly labels: Labels;
  readonly exemplars: readonly Exemplar[];
}

/** What some shards know of series. A series counts when one of the selectors takes it, any where there is none. */
export class Discovery {
  readonly #readers: readonly ShardReader[];

  constructor(readers: readonly ShardReader[]) {
    this.#readers = readers;
  }

  /** Sorted. */
  async labelNames(selectors: readonly (readonly Matcher[])[], span: TimeSpan): Promise<string[]> {
    return sorted(await this.#ask(selectors, span, (reader, request) => reader.labelNames(request)));
  }

  /** Sorted. */
  async labelValues(
    name: string,
    selectors: readonly (readonly Matcher[])[],
    span: TimeSpan,
  ): Promise<string[]> {
    return sorted(await this.#ask(selectors, span, (reader, request) => reader.labelValues(name, request)));
  }

  /** Each once, sorted by labels. */
  async series(selectors: readonly (readonly Matcher[])[], span: TimeSpan): Promise<Labels[]> {
    const found = await this.#ask(selectors, span, async (reader, request) => {
      const series: Labels[] = [];
      for await (const page of readPages((cursor) => reader.series(request, cursor))) {
        for (const labels of seriesOf(page)) series.push(labels);
      }
      return series;
    });
    const byKey = new Map(found.map((labels) => [labels.key, labels]));
    return [...byKey].sort(byText).map(([, labels]) => labels);
  }

  /** Of one metric or of all, each once, sorted by name. */
  async metadata(metric: string | null): Promise<MetricMetadata[]> {
    const found = await Promise.all(this.#readers.map((reader) => reader.metadata(metric)));
    const byName = new Map(found.flat().map((metadata) => [metadata.metric, metadata]));
    return [...byName].sort(byText).map(([, metadata]) => metadata);
  }

  /** Those of a series by time. */
  async exemplars(selectors: readonly (readonly Matcher[])[], span: TimeSpan): Promise<SeriesExemplars[]> {
    const found = await this.#ask(selectors, span, (reader, request) => reader.exemplars(request));
    const bySeries = new Map<string, { labels: Labels; exemplars: Map<string, Exemplar> }>();
    for (const { series, exemplars } of found) {
      const labels = decodeLabels(series);
      const kept = bySeries.get(labels.key) ?? { labels, exemplars: new Map() };
      bySeries.set(labels.key, kept);
      for (const { labels: flat, value, time } of exemplars) {
        const exemplar = { labels: new Labels(flat), value, time };
        kept.exemplars.set(`${time} ${exemplar.labels.key}`, exemplar);
      }
    }
    return [...bySeries].sort(byText).map(([, { labels, exemplars }]) => ({
      labels,
      exemplars: [...exemplars.values()].sort((a, b) => a.time - b.time),
    }));
  }

  async #ask<Found>(
    selectors: readonly (readonly Matcher[])[],
    { start, end }: TimeSpan,
    ask: (reader: ShardReader, request: SeriesRequest) => Promise<Found[]>,
  ): Promise<Found[]> {
    const wanted = selectors.length === 0 ? [[]] : selectors;
    const answers = wanted.flatMap((matchers) => {
      const request = { matchers: toPlainMatchers(matchers), start, end };
      return this.#readers.map((reader) => ask(reader, request));
    });
    return (await Promise.all(answers)).flat();
  }
}

const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

const byText = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;
