import { describe, expect, it } from "vitest";
import aggregations from "../../../conformance/promql/cases/aggregations.test?raw";
import annotations from "../../../conformance/promql/cases/annotations.test?raw";
import classicHistograms from "../../../conformance/promql/cases/classic-histograms.test?raw";
import extensions from "../../../conformance/promql/cases/extensions.test?raw";
import functions from "../../../conformance/promql/cases/functions.test?raw";
import literals from "../../../conformance/promql/cases/literals.test?raw";
import nativeHistograms from "../../../conformance/promql/cases/native-histograms.test?raw";
import operators from "../../../conformance/promql/cases/operators.test?raw";
import selectors from "../../../conformance/promql/cases/selectors.test?raw";
import timeShifts from "../../../conformance/promql/cases/time-shifts.test?raw";
import { makeEngine } from "../../../conformance/promql/engine.ts";
import { parseScript } from "../../../conformance/promql/parse-script.ts";
import { writeFailures } from "../../../conformance/promql/report.ts";
import { type Outcome, runScript } from "../../../conformance/promql/run-script.ts";

const scripts = {
  aggregations,
  annotations,
  classicHistograms,
  extensions,
  functions,
  literals,
  nativeHistograms,
  operators,
  selectors,
  timeShifts,
};

describe("what PromQL gives, worked out by hand", () => {
  it.for(Object.entries(scripts))("%s", async ([file, text]) => {
    const outcomes: Outcome[] = [];
    for await (const outcome of runScript(parseScript(text), makeEngine, [])) outcomes.push(outcome);
    expect(outcomes.length).toBeGreaterThan(0);
    expect(writeFailures({ file, outcomes })).toEqual([]);
  });
});
