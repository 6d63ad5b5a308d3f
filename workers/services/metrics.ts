import type { RuntimeSettings } from "../contract/settings.ts";
import { toShardBatch } from "../monitoring/head/shard-batch.ts";
import { DEFAULT_SHARD_SETTINGS, type ShardSettings } from "../monitoring/head/shard-settings.ts";
import { BatchBuilder, type DecodedRequest } from "../monitoring/ingest/batch-builder.ts";
import { SeriesCache } from "../monitoring/ingest/series-cache.ts";
import { type IngestOutcome, outcomeOf, splitByShard } from "../monitoring/ingest/shard-parts.ts";
import type { Matcher } from "../monitoring/model/matcher.ts";
import type { SampleBatch } from "../monitoring/model/sample-batch.ts";
import type { MetricReader } from "../monitoring/own-api/metric-reader.ts";
import { readLatest } from "../monitoring/own-api/read-latest.ts";
import { readRollups } from "../monitoring/own-api/read-rollups.ts";
import { meter } from "../monitoring/own-metrics/meter.ts";
import type { SampleStorage } from "../monitoring/promql/storage.ts";
import { Discovery, type TimeSpan } from "../monitoring/query/discovery.ts";
import { shardStorage } from "../monitoring/query/shard-storage.ts";
import {
  epochAt,
  type ShardEpoch,
  shardOf,
  shardsFor,
  type Tolerance,
} from "../monitoring/shard-map/epochs.ts";
import { loadEpochs } from "../storage/metrics/epochs.ts";
import { Recent } from "../storage/recent.ts";
import type { Base } from "./base.ts";
import { measured } from "./measured-object.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;
/** An isolate hears of a new epoch after seconds; a request of it may be on its way for as long again. */
const VIEW_MS = 60 * 1000;

const epochs = new Recent<ShardEpoch[]>("metric_epochs");
/** What this isolate knows of series that are sent again and again; it begins with a random seed, which takes a request. */
let seriesCache: SeriesCache | undefined;

/** The metrics engine: which shard takes what, and which shards answer. */
export function metricServices(
  { env, db, usage, background }: Base,
  runtimeSettings: () => Promise<RuntimeSettings>,
) {
  const shard = (number: number) =>
    measured(env.METRIC_SHARD.get(env.METRIC_SHARD.idFromName(`shard-${number}`)), "MetricShard");
  const shardEpochs = () => epochs.get("all", () => loadEpochs(db), background);

  /** The shards that may know of what happened in a span of time. */
  async function shardsOf(span: TimeSpan) {
    const { metrics } = await runtimeSettings();
    return shardsFor(await shardEpochs(), span, toleranceOf(metrics));
  }
  const discovery = async (span: TimeSpan) => new Discovery((await shardsOf(span)).shards.map(shard));

  /** The samples of all shards: those that a selection is about are asked. */
  const storage: SampleStorage = {
    async *select(selection) {
      const { shards, isDisjoint } = await shardsOf(selection);
      yield* shardStorage(shards.map(shard), isDisjoint).select(selection);
    },
  };
  const reader: MetricReader = {
    ...storage,
    async *rollups(selection, resolution) {
      const { shards, isDisjoint } = await shardsOf(selection);
      yield* readRollups(shards.map(shard), isDisjoint, selection, resolution);
    },
  };

  /** Of the shards that were ever used. */
  const shardCount = async () => Math.max(...(await shardEpochs()).map(({ shards }) => shards));

  async function write(batch: SampleBatch) {
    const now = epochAt(await shardEpochs(), Date.now());
    const parts = splitByShard(batch, (low, high) => shardOf(now, low, high));
    return Promise.all(
      parts.map(async (part) => ({
        part,
        result: await shard(part.shard).append(toShardBatch(part.batch)),
      })),
    );
  }

  return {
    metrics: {
      newBatch() {
        seriesCache ??= new SeriesCache();
        return new BatchBuilder(seriesCache, Date.now());
      },

      /** Stores what a request brought; what is not refused is durable when this resolves. */
      async take(request: DecodedRequest, protocol: string): Promise<IngestOutcome> {
        const outcome = outcomeOf(request, await write(request.batch));
        const { samples, histograms } = outcome.written;
        meter.count("metrics_samples_accepted_total", { protocol }, samples + histograms);
        for (const { reason } of outcome.refused) meter.count("metrics_samples_refused_total", { reason });
        usage({ event: "samples", outcome: "accepted", subject: protocol, count: samples + histograms });
        return outcome;
      },
      /** Stores samples of our own. */
      append: write,

      storage,
      /** The same with the rollups. */
      reader,
      latest: async (matchers: readonly Matcher[], span: TimeSpan) =>
        readLatest((await shardsOf(span)).shards.map(shard), matchers, span),
      labelNames: async (...asked: Parameters<Discovery["labelNames"]>) =>
        (await discovery(asked[1])).labelNames(...asked),
      labelValues: async (...asked: Parameters<Discovery["labelValues"]>) =>
        (await discovery(asked[2])).labelValues(...asked),
      series: async (...asked: Parameters<Discovery["series"]>) =>
        (await discovery(asked[1])).series(...asked),
      exemplars: async (...asked: Parameters<Discovery["exemplars"]>) =>
        (await discovery(asked[1])).exemplars(...asked),
      metadata: async (metric: string | null) =>
        (await discovery({ start: Date.now() - DAY_MS, end: Date.now() })).metadata(metric),

      shardCount,
      /** How every shard is that was ever used. */
      async shardStates() {
        return Promise.all(
          Array.from({ length: await shardCount() }, async (_, number) => ({
            shard: String(number),
            stats: await shard(number).stats(),
          })),
        );
      },
      async state() {
        const { metrics } = await runtimeSettings();
        const states = await this.shardStates();
        return {
          retentionDays: metrics.retention_days.raw,
          series: states.reduce((sum, { stats }) => sum + stats.series, 0),
        };
      },
      /** Tells every shard what the settings say. */
      async configure(): Promise<void> {
        const settings = shardSettingsOf((await runtimeSettings()).metrics);
        await Promise.all(
          Array.from({ length: await shardCount() }, (_, number) => shard(number).configure(settings)),
        );
      },
      forgetEpochs: () => epochs.forget(),
    },
  };
}

function shardSettingsOf(metrics: RuntimeSettings["metrics"]): ShardSettings {
  return {
    ...DEFAULT_SHARD_SETTINGS,
    outOfOrderMs: metrics.out_of_order_minutes * MINUTE_MS,
    maxSeries: metrics.max_series_per_shard,
    retentionDays: metrics.retention_days,
    coldAfterDays: metrics.cold_after_days,
  };
}

const toleranceOf = ({ retention_days }: RuntimeSettings["metrics"]): Tolerance => ({
  lateMs: retention_days.raw * DAY_MS,
  earlyMs: DEFAULT_SHARD_SETTINGS.futureMs,
  viewMs: VIEW_MS,
});
