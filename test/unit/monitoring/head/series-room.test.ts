import { describe, expect, it } from "vitest";
import { roomAt, seriesToEvict } from "../../../../workers/monitoring/head/series-room.ts";
import { SeriesTable } from "../../../../workers/monitoring/head/series-table.ts";
import { DAY, DEFAULT_SHARD_SETTINGS } from "../../../../workers/monitoring/head/shard-settings.ts";

const settings = { ...DEFAULT_SHARD_SETTINGS, maxSeries: 10, maxLabelBytes: 1_000 };
const KEPT_DAYS = settings.retentionDays.raw;
const nobody = () => false;

/** Series with labels of as many bytes, each of which ended on a day. */
function tableOf(endDays: readonly number[], bytes = 1): SeriesTable {
  const table = new SeriesTable();
  for (const [i, day] of endDays.entries()) {
    const series = table.add(new Uint8Array(bytes).fill(i), 0, bytes, i, 0);
    table.touch(series, day * DAY + 5, 0, 0);
  }
  return table;
}

describe("room for series", () => {
  const days = [109, 102, 108, 101, 107, 103, 106, 104, 105, 100];
  const goneAfter = (day: number) => (day + 1 + KEPT_DAYS) * DAY;

  it("is made by those that ended longest ago, and of which there are no samples any more", () => {
    const table = tableOf(days);
    expect(roomAt(table, settings, nobody)).toBe(goneAfter(100));
    expect([...seriesToEvict(table, settings, nobody, goneAfter(100) - 1)]).toEqual([]);
    expect([...seriesToEvict(table, settings, nobody, goneAfter(100))]).toEqual([9]);
    expect([...seriesToEvict(table, settings, nobody, goneAfter(109))]).toEqual([9, 3]);
  });

  it("is made by no series that has unsealed samples", () => {
    const table = tableOf(days);
    const isHeld = (series: number) => series === 9;
    expect(roomAt(table, settings, isHeld)).toBe(goneAfter(101));
    expect([...seriesToEvict(table, settings, isHeld, goneAfter(109))]).toEqual([3, 1]);
  });

  it("is not made while there is enough", () => {
    const table = tableOf(days.slice(1));
    expect(roomAt(table, settings, nobody)).toBe(Number.POSITIVE_INFINITY);
    expect(seriesToEvict(table, settings, nobody, goneAfter(200)).size).toBe(0);
  });

  it("is short, too, where labels take most of what they may", () => {
    const table = tableOf(days.slice(5), 190);
    expect(roomAt(table, settings, nobody)).toBe(goneAfter(100));
    expect([...seriesToEvict(table, settings, nobody, goneAfter(109))]).toEqual([4]);
  });
});
