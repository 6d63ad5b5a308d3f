import type { OwnGauge } from "../monitoring/own-metrics/catalog.ts";
import type { OwnValue } from "../monitoring/own-metrics/meter.ts";
import type { Services } from "../services.ts";

/** Looks how the service is, once a minute, and makes samples of it and of what was counted. */
export async function recordGauges(services: Services): Promise<void> {
  const [jobs, backlog, shards, hubs] = await Promise.all([
    services.jobs.counts(),
    services.outbox.backlog(),
    services.metrics.shardStates(),
    services.liveFeed.sockets(),
  ]);
  const gauges: OwnValue[] = [
    gauge("almanac_build_info", [services.version], 1),
    ...Object.entries(jobs).map(([state, count]) => gauge("ingestion_jobs", [state], count)),
    gauge("ingestion_oldest_queued_seconds", [], backlog.oldestSeconds ?? 0),
    ...shards.flatMap(({ shard, stats }) => [
      gauge("metrics_series", [shard], stats.series),
      gauge("metrics_head_samples", [shard], stats.headSamples),
      gauge("metrics_damaged_blocks", [shard], stats.damagedBlocks),
      gauge("metrics_evicted_series", [shard], stats.evictedSeries),
      gauge("metrics_storage_bytes", [shard, "wal"], stats.walBytes),
      gauge("metrics_storage_bytes", [shard, "cold"], stats.coldBytes),
      ...Object.entries(stats.localBytes).map(([kind, bytes]) =>
        gauge("metrics_storage_bytes", [shard, kind], bytes),
      ),
    ]),
    ...hubs.map(({ hub, sockets }) => gauge("live_feed_sockets", [hub], sockets)),
  ];
  await services.telemetry.setGauges(gauges);
  await services.telemetry.flush();
  await services.telemetry.record(Date.now());
}

const gauge = (name: OwnGauge, labels: string[], value: number): OwnValue => ({ name, labels, value });
