import { setTimeout as wait } from "node:timers/promises";
import type { ShardStats } from "../../durable-objects/metric-shard/shard-stats.ts";
import type { LocalWorker } from "../../scripts/local-worker.ts";

/** The methods of `MetricShard` that are used here. */
interface ShardStub {
  stats(): Promise<ShardStats>;
  configure(change: { sealIdleMs: number }): Promise<void>;
}

/** Seals what the only shard holds, as it does by itself when nothing comes in for a while. @returns how it is then */
export async function sealAll(worker: LocalWorker): Promise<ShardStats> {
  const namespace = await worker.miniflare.getDurableObjectNamespace("METRIC_SHARD", "almanac");
  const shard = namespace.get(namespace.idFromName("shard-0")) as unknown as ShardStub;
  await shard.configure({ sealIdleMs: 0 });
  for (;;) {
    const stats = await shard.stats();
    if (stats.headSamples === 0) return stats;
    await wait(200);
  }
}
