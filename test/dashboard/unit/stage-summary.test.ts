import { expect, it } from "vitest";
import { summarizeStages } from "../../../dashboard/src/text/stage-summary.ts";

const record = (stage: "parse" | "chunk", duration_ms: number, outcome: "done" | "retried" = "done") => ({
  stage,
  outcome,
  duration_ms,
  attempt: 1,
  started_at: "2026-11-21T10:00:00.000Z",
  detail: outcome === "done" ? null : "The store did not answer.",
});

it("sums the slices of a stage, and keeps what went wrong apart", () => {
  const records = [
    record("parse", 10),
    record("chunk", 1),
    record("parse", 5, "retried"),
    record("parse", 20),
    record("chunk", 2),
  ];
  expect(summarizeStages(records)).toEqual([
    { stage: "parse", outcome: "done", slices: 2, milliseconds: 30, detail: null },
    { stage: "chunk", outcome: "done", slices: 2, milliseconds: 3, detail: null },
    { stage: "parse", outcome: "retried", slices: 1, milliseconds: 5, detail: "The store did not answer." },
  ]);
});
