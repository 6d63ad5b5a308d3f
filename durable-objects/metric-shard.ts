import { DurableObject } from "cloudflare:workers";
import { settingsOf } from "../workers/env.ts";
import type { ShardBatch } from "../workers/monitoring/head/shard-batch.ts";
import { DAY, type ShardSettings } from "../workers/monitoring/head/shard-settings.ts";
import type { AppendResult, MetricMetadata } from "../workers/monitoring/model/sample-batch.ts";
import type {
  ChunkPage,
  LatestPage,
  PageCursor,
  PlainMatcher,
  RollupRequest,
  SamplePage,
  SeriesPage,
  SeriesRequest,
  ShardExemplars,
  ShardReader,
} from "../workers/monitoring/query/shard-reader.ts";
import { createLog, describeError, type Log } from "../workers/telemetry/log.ts";
import { ColdStore } from "./metric-shard/cold-store.ts";
import { describeShard } from "./metric-shard/describe-shard.ts";
import { LiveUpdates } from "./metric-shard/live-updates.ts";
import { Maintenance } from "./metric-shard/maintenance.ts";
import { PageReader } from "./metric-shard/page-reader.ts";
import { selectSeries } from "./metric-shard/series-selection.ts";
import { Shard } from "./metric-shard/shard.ts";
import type { ShardStats } from "./metric-shard/shard-stats.ts";

/**
 * A shard of the metrics: series, their samples and rollups. What is accepted is durable before the reply leaves: it
 * stands in the write-ahead log by then, and the runtime holds replies back until writes are confirmed. Samples are
 * packed, merged, moved to the object store and dropped in alarms, each step one transaction that may be repeated.
 */
export class MetricShard extends DurableObject<Env> implements ShardReader {
  readonly #cold: ColdStore;
  readonly #log: Log;
  #shard: Shard;
  #maintenance: Maintenance;
  #reader: PageReader;
  readonly #live: LiveUpdates;
  #alarmAt = Number.POSITIVE_INFINITY;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#log = createLog(settingsOf(env).LOG_LEVEL);
    this.#cold = new ColdStore(env.DOCUMENTS, ctx.id.toString());
    this.#shard = new Shard(ctx.storage.sql);
    this.#maintenance = this.#maintain(this.#shard);
    this.#reader = new PageReader(this.#shard, this.#cold);
    this.#live = new LiveUpdates(ctx.storage.kv, (hub, told) =>
      env.LIVE_FEED.get(env.LIVE_FEED.idFromName(hub)).publish(told),
    );
  }

  /** Takes what it can of a batch. A batch may be sent again: samples that are there already are not stored twice. */
  append(batch: ShardBatch): AppendResult {
    const now = Date.now();
    try {
      const result = this.ctx.storage.transactionSync(() => this.#shard.append(batch, now));
      this.#live.note(batch, result);
      this.#maintenance.sealIfOverfull();
      if (result.refused.some(({ reason }) => reason === "series_limit")) this.#maintenance.seekRoom();
      this.#schedule(this.#maintenance.dueAt());
      return result;
    } catch (error) {
      this.#recover();
      throw error;
    }
  }

  async select(request: SeriesRequest, cursor: PageCursor = null): Promise<SamplePage> {
    return this.#reader.select(request, cursor);
  }

  async rollups(request: RollupRequest, cursor: PageCursor = null): Promise<ChunkPage> {
    return this.#reader.rollups(request, cursor);
  }

  async latest(request: SeriesRequest, cursor: PageCursor = null): Promise<LatestPage> {
    return this.#reader.latest(request, cursor);
  }

  async series(request: SeriesRequest, cursor: PageCursor = null): Promise<SeriesPage> {
    return this.#reader.series(request, cursor);
  }

  async labelNames(request: SeriesRequest): Promise<string[]> {
    const { head } = this.#shard;
    return head.postings.labelNames(selectSeries(head, request));
  }

  async labelValues(name: string, request: SeriesRequest): Promise<string[]> {
    const { head } = this.#shard;
    return head.postings.labelValues(name, selectSeries(head, request));
  }

  async metadata(metric: string | null): Promise<MetricMetadata[]> {
    const { metadataOf } = this.#shard.head;
    if (metric === null) return [...metadataOf.values()];
    const found = metadataOf.get(metric);
    return found === undefined ? [] : [found];
  }

  async exemplars(request: SeriesRequest): Promise<ShardExemplars[]> {
    const { head } = this.#shard;
    const wanted = new Set(selectSeries(head, { ...request, start: -Infinity, end: Infinity }));
    const bySeries = new Map<number, ShardExemplars["exemplars"][number][]>();
    for (const { series, labels, value, time } of head.exemplars) {
      if (!wanted.has(series) || time < request.start || time > request.end) continue;
      const kept = bySeries.get(series) ?? [];
      bySeries.set(series, kept);
      kept.push({ labels: labels.flat, value, time });
    }
    return [...bySeries].map(([series, exemplars]) => ({
      series: head.table.labels(series).slice(),
      exemplars,
    }));
  }

  /** A hub of the live feed says which series are listened to there; it says so again before it is forgotten. */
  watch(hub: string, selectors: readonly (readonly PlainMatcher[])[]): void {
    this.#live.watch(hub, selectors);
  }

  stats(): ShardStats {
    return describeShard(this.#shard, this.ctx.storage.sql.databaseSize);
  }

  settings(): ShardSettings {
    return this.#shard.settings;
  }

  /**
   * Changes settings; those that are not named stay as they are. A schedule calls it time and again, which sets an alarm
   * that was lost.
   */
  async configure(change: Partial<ShardSettings>): Promise<void> {
    this.#shard.settings = { ...this.#shard.settings, ...change };
    this.#maintenance.planUpkeep();
    this.#alarmAt = (await this.ctx.storage.getAlarm()) ?? Number.POSITIVE_INFINITY;
    this.#schedule(this.#maintenance.dueAt());
  }

  /** Packs, merges, moves and drops what is due. */
  override async alarm(): Promise<void> {
    this.#alarmAt = Number.POSITIVE_INFINITY;
    try {
      await this.#maintenance.run();
    } catch (error) {
      this.#log.error("metric_shard_not_maintained", { error: describeError(error) });
      if (this.#maintenance.hasDiverged) this.#recover();
      this.#maintenance.postpone();
    } finally {
      this.#schedule(this.#maintenance.dueAt());
    }
  }

  /** After a write that failed, what is in memory follows what is stored. */
  #recover(): void {
    this.#maintenance.stop();
    this.#shard = new Shard(this.ctx.storage.sql);
    this.#maintenance = this.#maintain(this.#shard);
    this.#reader = new PageReader(this.#shard, this.#cold);
  }

  #maintain(shard: Shard): Maintenance {
    return new Maintenance(this.ctx.storage, shard, this.#cold, (error) => {
      const { id, day } = error.block;
      const date = new Date(day * DAY).toISOString().slice(0, 10);
      this.#log.error("metric_block_damaged", { block: id, day: date, error: describeError(error) });
    });
  }

  #schedule(dueAt: number): void {
    if (dueAt >= this.#alarmAt) return;
    this.#alarmAt = dueAt;
    this.ctx.waitUntil(this.ctx.storage.setAlarm(Math.max(dueAt, Date.now())));
  }
}
