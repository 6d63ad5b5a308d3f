import { describe, expect, it } from "vitest";
import { defaultResolution } from "../../../../workers/monitoring/own-api/aggregated.ts";
import { defaultInterval, gridOver } from "../../../../workers/monitoring/own-api/grid.ts";
import {
  assertSamplesKept,
  sourceOfIntervals,
  sourceOfStats,
} from "../../../../workers/monitoring/own-api/source.ts";

const retention = { raw: 90, "1m": 90, "5m": 180, "1h": 400, "1d": 1825 };
const now = Date.UTC(2026, 10, 2, 15, 30);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("where intervals come from", () => {
  it.for([
    ["today, in hours", 12 * HOUR, HOUR, "raw"],
    ["a week, in minutes", 7 * DAY, MINUTE, "raw"],
    ["a week, in ten minutes", 7 * DAY, 10 * MINUTE, "5m"],
    ["a week, in hours", 7 * DAY, HOUR, "1h"],
    ["a week, in two days", 7 * DAY, 2 * DAY, "1d"],
    ["a week, in 90 seconds", 7 * DAY, 1.5 * MINUTE, "raw"],
    ["half a year, in 5 minutes", 179 * DAY, 5 * MINUTE, "5m"],
    ["a year, in hours", 365 * DAY, HOUR, "1h"],
    ["since ever, in days", 30 * 365 * DAY, DAY, "1d"],
  ] as const)("%s", ([, ago, interval, source]) => {
    expect(sourceOfIntervals(now - ago, interval, retention, now)).toBe(source);
  });

  it("says which intervals there are of the time from which samples are gone", () => {
    expect(() => sourceOfIntervals(now - 100 * DAY, MINUTE, retention, now)).toThrow(/multiples of 5m/);
    expect(() => sourceOfIntervals(now - 300 * DAY, 5 * MINUTE, retention, now)).toThrow(/multiples of 1h/);
    expect(() => assertSamplesKept(now - 91 * DAY, retention, now)).toThrow(/90 days/);
    expect(() => assertSamplesKept(now - 90 * DAY, retention, now)).not.toThrow();
  });

  it("takes the finest that is left for statistics", () => {
    const sources = [1, 90, 91, 181, 401, 9999].map((days) =>
      sourceOfStats(now - days * DAY, retention, now),
    );
    expect(sources).toEqual(["raw", "raw", "5m", "1h", "1d", "1d"]);
  });

  it("chooses a resolution that a chart can show", () => {
    const resolutions = [1, 24, 80, 24 * 90, 24 * 900].map((hours) =>
      defaultResolution({ start: now - hours * HOUR, end: now }, retention, now),
    );
    expect(resolutions).toEqual(["1m", "5m", "5m", "1d", "1d"]);
  });
});

describe("intervals", () => {
  it("begin at multiples of their length and cover the window", () => {
    const window = { start: Date.UTC(2026, 0, 1, 10, 7), end: Date.UTC(2026, 0, 1, 10, 20) };
    expect(gridOver(window, 5 * MINUTE)).toEqual({
      start: Date.UTC(2026, 0, 1, 10, 5),
      interval: 5 * MINUTE,
      count: 3,
    });
    expect(gridOver({ start: -1, end: 0 }, DAY)).toEqual({ start: -DAY, interval: DAY, count: 1 });
  });

  it("are of a round length if none is asked for", () => {
    const intervals = [HOUR, DAY, 30 * DAY, 365 * DAY, 2000 * DAY].map((end) =>
      defaultInterval({ start: 0, end }),
    );
    expect(intervals).toEqual([15_000, 10 * MINUTE, 3 * HOUR, 2 * DAY, 8 * DAY]);
  });

  it("are not more than a series may have points", () => {
    expect(gridOver({ start: 0, end: 11_000 }, 1).count).toBe(11_000);
    expect(() => gridOver({ start: 0, end: 11_001 }, 1)).toThrow(/11001 intervals/);
  });
});
