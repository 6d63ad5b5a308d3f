import { expect, it } from "vitest";
import {
  formatAge,
  formatBytes,
  formatMilliseconds,
  formatQuantity,
} from "../../../dashboard/src/text/format.ts";

it("writes sizes in decimal units", () => {
  expect([0, 812, 4200, 99_950, 999_600, 1_300_000, 2e9].map(formatBytes)).toEqual([
    "0 B",
    "812 B",
    "4.2 kB",
    "100 kB",
    "1.0 MB",
    "1.3 MB",
    "2.0 GB",
  ]);
});

it("writes durations at the precision that matters", () => {
  expect([0.42, 12.3, 999, 1834].map(formatMilliseconds)).toEqual(["0.4 ms", "12 ms", "999 ms", "1.8 s"]);
});

it("counts in words", () => {
  expect([formatQuantity(1, "page"), formatQuantity(1204, "chunk")]).toEqual(["1 page", "1,204 chunks"]);
});

it("tells how long ago something was", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const ages = [
    "2026-11-21T11:59:30Z",
    "2026-11-21T11:58:00Z",
    "2026-11-21T07:00:00Z",
    "2026-11-20T11:00:00Z",
  ];
  expect(ages.map((iso) => formatAge(iso, now))).toEqual([
    "just now",
    "2 minutes ago",
    "5 hours ago",
    "yesterday",
  ]);
});
