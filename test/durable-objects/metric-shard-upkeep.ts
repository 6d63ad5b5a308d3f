import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, vi } from "vitest";
import type { MetricShard } from "../../durable-objects/metric-shard.ts";
import { RESOLUTIONS, type Resolution } from "../../workers/monitoring/head/shard-settings.ts";
import { Samples } from "../../workers/monitoring/model/samples.ts";
import { readRollups } from "../../workers/monitoring/own-api/read-rollups.ts";
import { type RollupColumns, rollUp } from "../../workers/monitoring/rollups/rollup.ts";
import { useClock } from "../support/clock.ts";
import { batchOf, EVER, type Point, readerOf } from "./metric-shard-samples.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Shard = DurableObjectStub<MetricShard>;

/** A clock for a file's tests, each of which starts two hours into a day, and what goes by it. */
export function useDays() {
  const advance = useClock();

  /** Sets the clock forward to the start of a day, and so far into it. */
  function startDay(into = 0): number {
    advance(DAY - (Date.now() % DAY) + into);
    return Date.now();
  }

  async function alarm(shard: Shard, after = 0): Promise<void> {
    advance(after);
    await runDurableObjectAlarm(shard);
  }

  beforeEach(() => {
    startDay(2 * HOUR);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return { advance, startDay, alarm };
}

/** Sixty samples a series, one a minute, the newest now. */
export async function appendHour(shard: Shard, names: readonly string[]): Promise<Point[]> {
  const now = Math.floor(Date.now() / MINUTE) * MINUTE;
  const points = names.flatMap((name, series) =>
    Array.from({ length: 60 }, (_, i): Point => [name, now - (59 - i) * MINUTE, (i * (series + 1)) % 37]),
  );
  const { refused } = await shard.append(batchOf(points));
  expect(refused).toEqual([]);
  return points;
}

export const byName = (points: readonly Point[]) => {
  const found = new Map<string, [number, number][]>();
  for (const [name, time, value] of points) found.set(name, [...(found.get(name) ?? []), [time, value]]);
  return found;
};

export async function blocksOf(shard: Shard): Promise<string[]> {
  return runInDurableObject(shard, (_, { storage }) =>
    storage.sql
      .exec<{ block: string }>(
        "SELECT resolution || ' ' || level || ' ' || place AS block FROM block ORDER BY 1",
      )
      .toArray()
      .map(({ block }) => block),
  );
}

export async function rollupsOf(shard: Shard, resolution: Exclude<Resolution, "raw">, span = EVER) {
  const found = new Map<string, RollupColumns>();
  for await (const batch of readRollups([readerOf(shard)], true, { matchers: [], ...span }, resolution)) {
    for (const { labels, rollup } of batch) found.set(labels.metricName, rollup());
  }
  return found;
}

export function expectedRollups(points: readonly Point[], resolution: Exclude<Resolution, "raw">) {
  return new Map(
    [...byName(points)].map(([name, samples]) => [
      name,
      rollUp(
        new Samples(
          Float64Array.from(samples, ([time]) => time),
          Float64Array.from(samples, ([, value]) => value),
        ),
        RESOLUTIONS[resolution],
      ),
    ]),
  );
}

export const objects = async (shard: Shard) =>
  (await env.DOCUMENTS.list({ prefix: `metrics/${shard.id}/` })).objects.map(({ key }) => key);

export const bucket = Object.getPrototypeOf(env.DOCUMENTS) as R2Bucket;
