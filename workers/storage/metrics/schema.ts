import { integer, sqliteTable } from "drizzle-orm/sqlite-core";

/** Over how many shards samples are spread, from when on. Without a row there is one shard, for ever. */
export const metricEpoch = sqliteTable("metric_epoch", {
  epoch: integer().primaryKey(),
  shards: integer().notNull(),
  /** Epoch milliseconds. */
  startsAt: integer("starts_at").notNull(),
});
