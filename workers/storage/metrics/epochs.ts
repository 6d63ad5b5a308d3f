import { asc, sql } from "drizzle-orm";
import type { ShardEpoch } from "../../monitoring/shard-map/epochs.ts";
import type { Database } from "../database.ts";
import { metricEpoch } from "./schema.ts";

/** How long it takes until every isolate knows of a change, with room to spare, in milliseconds. */
const NOTICE_MS = 15_000;
const FIRST: ShardEpoch = { epoch: 1, shards: 1, from: 0 };

/** Over how many shards samples were, are and will be spread, in order. */
export async function loadEpochs(db: Database): Promise<ShardEpoch[]> {
  const rows = await db.select().from(metricEpoch).orderBy(asc(metricEpoch.epoch));
  return [FIRST, ...rows.map(({ epoch, shards, startsAt }) => ({ epoch, shards, from: startsAt }))];
}

/** Begins an epoch, unless so many shards are what there is already. To be run with the change of the settings. */
export const beginEpoch = (db: Database, shards: number) =>
  db.insert(metricEpoch).select(
    sql`select coalesce(max(epoch), ${FIRST.epoch}) + 1, ${shards}, max(coalesce(max(starts_at), 0) + 1, ${Date.now() + NOTICE_MS})
      from metric_epoch
      having coalesce((select shards from metric_epoch order by epoch desc limit 1), ${FIRST.shards}) <> ${shards}`,
  );
