import { describe, expect, it } from "vitest";
import { isOverfull, sealDueAt } from "../../../../workers/monitoring/head/sealing-plan.ts";
import { DAY, DEFAULT_SHARD_SETTINGS, HOUR } from "../../../../workers/monitoring/head/shard-settings.ts";
import {
  areMany,
  closeAt,
  coldAt,
  coldNow,
  dropAt,
  leastSources,
  MOST_SOURCES,
  type PlannedBlock,
  rollupsFor,
} from "../../../../workers/monitoring/head/upkeep-plan.ts";

const settings = DEFAULT_SHARD_SETTINGS;
const block = (change: Partial<PlannedBlock> = {}): PlannedBlock => ({
  day: 100,
  resolution: "raw",
  level: 0,
  isCold: false,
  madeAt: 100 * DAY,
  samples: 5760,
  series: 1,
  bytes: 10,
  ...change,
});

describe("sealing", () => {
  const head = { load: 1, walBytes: 1, oldest: 1000, newest: 2000 };

  it("waits for age or quiet, whichever is first, and for nothing when the head is full", () => {
    expect(sealDueAt(head, settings)).toBe(2000 + settings.sealIdleMs);
    expect(sealDueAt({ ...head, newest: 10 * HOUR }, settings)).toBe(1000 + settings.sealAgeMs);
    expect(sealDueAt({ ...head, load: settings.sealSamples }, settings)).toBe(0);
    expect(sealDueAt({ ...head, walBytes: 1e9 }, settings)).toBe(0);
    expect(isOverfull({ ...head, load: settings.sealSamples }, settings)).toBe(false);
    expect(isOverfull({ ...head, load: 2 * settings.sealSamples }, settings)).toBe(true);
    // A few large histograms take much of the log, and of memory.
    expect(isOverfull({ ...head, walBytes: 1e9 }, settings)).toBe(true);
  });
});

describe("upkeep", () => {
  it("drops a day when all of it is too old", () => {
    expect(dropAt(block(), settings)).toBe((101 + 90) * DAY);
    expect(dropAt(block({ resolution: "1h" }), settings)).toBe((101 + 400) * DAY);
  });

  it("packs a day an hour after it is over, or after what came last", () => {
    expect(closeAt([block()], settings)).toBe(101 * DAY + HOUR);
    expect(closeAt([block({ level: 2 }), block({ madeAt: 105 * DAY })], settings)).toBe(105 * DAY + HOUR);
    expect(closeAt([block({ level: 2 })], settings)).toBe(Number.POSITIVE_INFINITY);
    expect(closeAt([block({ madeAt: 191 * DAY - 1 })], settings)).toBe(191 * DAY);
    expect(areMany(Array.from({ length: 7 }, () => block()))).toBe(false);
    expect(areMany(Array.from({ length: 8 }, () => block()))).toBe(true);
  });

  it("merges the neighbours that hold the least first", () => {
    const blocks = [9000, ...Array.from({ length: 20 }, (_, i) => 100 - i), 8000].map((samples) => ({
      samples,
    }));
    expect(leastSources(blocks)).toEqual(blocks.slice(21 - MOST_SOURCES, 21));
    expect(leastSources(blocks.slice(0, 5))).toEqual(blocks.slice(0, 5));
  });

  it("moves packed days, but no rollups of long buckets", () => {
    expect(coldAt(block(), settings)).toBe(Number.POSITIVE_INFINITY);
    expect(coldAt(block({ level: 2 }), settings)).toBe(108 * DAY);
    expect(coldAt(block({ level: 2, isCold: true }), settings)).toBe(Number.POSITIVE_INFINITY);
    expect(coldAt(block({ level: 2, resolution: "5m" }), settings)).toBe(108 * DAY);
    expect(coldAt(block({ level: 2, resolution: "1h" }), settings)).toBe(Number.POSITIVE_INFINITY);
  });

  it("moves the oldest packed days before their time where room is short", () => {
    const days = [103, 101, 102].map((day) => block({ day, level: 2 }));
    const open = block({ day: 104 });
    const moved = (most: number, now = 105 * DAY) =>
      coldNow([...days, open], settings, now, most).map(({ day }) => day);
    expect(moved(40)).toEqual([]);
    expect(moved(35)).toEqual([101]);
    expect(moved(20)).toEqual([101, 102]);
    expect(moved(0)).toEqual([101, 102, 103]);
    expect(moved(40, 110 * DAY)).toEqual([101, 102]);
  });

  it("leaves out rollups that are hardly fewer than the samples, where these live as long", () => {
    expect(rollupsFor([block()], settings)).toEqual(["5m", "1h", "1d"]);
    expect(rollupsFor([block({ samples: 86_400 })], settings)).toEqual(["1m", "5m", "1h", "1d"]);
    const shortly = { ...settings, retentionDays: { ...settings.retentionDays, raw: 30 } };
    expect(rollupsFor([block()], shortly)).toEqual(["1m", "5m", "1h", "1d"]);
    const never = { ...settings, retentionDays: { ...settings.retentionDays, "1d": 0 } };
    expect(rollupsFor([block()], never)).toEqual(["5m", "1h"]);
  });
});
