import { describe, expect, it } from "vitest";
import { makeEngine } from "../../../conformance/promql/engine.ts";
import { parseScript } from "../../../conformance/promql/parse-script.ts";
import { writeFailures } from "../../../conformance/promql/report.ts";
import { type Outcome, runScript } from "../../../conformance/promql/run-script.ts";
import { caseScripts } from "./case-scripts.ts";
import { inShards } from "./in-shards.ts";

/** Those in which it matters most what is read: stale markers, ranges, histograms. */
const OF_STORAGE = new Set(["selectors", "timeShifts", "nativeHistograms"]);

describe.for([
  ["from memory", makeEngine, caseScripts],
  ["from a metric shard", inShards(), caseScripts.filter(([name]) => OF_STORAGE.has(name))],
] as const)("what PromQL gives, worked out by hand, %s", ([, engine, scripts]) => {
  it.for(scripts)("%s", async ([file, text]) => {
    const outcomes: Outcome[] = [];
    for await (const outcome of runScript(parseScript(text), engine, [])) outcomes.push(outcome);
    expect(outcomes.length).toBeGreaterThan(0);
    expect(writeFailures({ file, outcomes })).toEqual([]);
  });
});
