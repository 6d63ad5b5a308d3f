import { describe, expect, it } from "vitest";
import { usageWriter } from "../../../workers/telemetry/usage.ts";

describe("the usage dataset", () => {
  it("has each column at its place, of which none moves without a new version", () => {
    const points: AnalyticsEngineDataPoint[] = [];
    const write = usageWriter({ writeDataPoint: (point = {}) => points.push(point) }, "staging");
    write({ event: "question", outcome: "answered", subject: "col_1", count: 1, durationMs: 12.5 });
    write({ event: "samples", outcome: "accepted", subject: "remote_write", count: 500, bytes: 9_000 });
    expect(points).toEqual([
      {
        indexes: ["question"],
        blobs: ["1", "question", "answered", "col_1", "staging"],
        doubles: [1, 12.5, 0],
      },
      {
        indexes: ["samples"],
        blobs: ["1", "samples", "accepted", "remote_write", "staging"],
        doubles: [500, 0, 9_000],
      },
    ]);
  });
});
