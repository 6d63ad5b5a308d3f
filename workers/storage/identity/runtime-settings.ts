import type { PreparedEvent } from "../../audit/event.ts";
import { DEFAULT_SETTINGS, RuntimeSettings, type UpdateSettings } from "../../contract/settings.ts";
import { auditStatements } from "../audit/outbox.ts";
import { type Database, runBatch } from "../database.ts";
import { beginEpoch } from "../metrics/epochs.ts";
import { setting } from "./schema.ts";

/** What admins set while the service runs: a row for each part that was ever set. */
export function runtimeSettingsRepository(db: Database) {
  const load = async (): Promise<RuntimeSettings> => {
    const rows = await db.select().from(setting);
    return Object.assign({}, DEFAULT_SETTINGS, ...rows.map(({ name, value }) => validPart(name, value)));
  };

  return {
    /** A part that was never set, or that a later version does not understand, is as it is by default. */
    load,

    async update(change: UpdateSettings, events: PreparedEvent[]): Promise<RuntimeSettings> {
      const updatedAt = Date.now();
      await runBatch(db, [
        ...Object.entries(change)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) =>
            db
              .insert(setting)
              .values({ name, value, updatedAt })
              .onConflictDoUpdate({ target: setting.name, set: { value, updatedAt } }),
          ),
        ...(change.metrics === undefined ? [] : [beginEpoch(db, change.metrics.shards)]),
        ...auditStatements(db, events),
      ]);
      return load();
    },
  };
}

function validPart(name: string, value: unknown): object {
  const part = RuntimeSettings.partial().safeParse({ [name]: value });
  return part.success ? part.data : {};
}
