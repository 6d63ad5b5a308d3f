import { describe, expect, it } from "vitest";
import { makeEngine } from "../../../conformance/promql/engine.ts";
import { parseScript } from "../../../conformance/promql/parse-script.ts";
import { staleSkips, writeFailures, writeTable, writeTotal } from "../../../conformance/promql/report.ts";
import { type Outcome, runScript } from "../../../conformance/promql/run-script.ts";
import type { Skip } from "../../../conformance/promql/skips.ts";

const LOAD = "load 1m\n  up{job='a'} 1 2 3\n  up{job='b'} 10x3\n  wide {{count:3 sum:5 buckets:[1 2]}}x3\n\n";

async function run(script: string, skips: readonly Skip[] = []): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for await (const outcome of runScript(parseScript(LOAD + script), makeEngine, skips))
    outcomes.push(outcome);
  return outcomes;
}

describe("an evaluation passes", () => {
  it.for([
    "eval instant at 1m up{job='a'}\n  up{job='a'} 2",
    "eval instant at 1m up{job='a'}\n  up{job='a'} 2.0000001",
    "eval range from 0 to 2m step 1m up{job='a'}\n  up{job='a'} 1 2 3",
    "eval instant at 1m wide\n  wide {{count:3 sum:5 buckets:[1 2 0]}}",
    "eval instant at 1m sort_desc(up)\n  expect ordered\n  up{job='b'} 10\n  up{job='a'} 2",
    "eval instant at 1m rate(up)\n  expect fail",
  ])("%j", async (script) => {
    expect((await run(script)).map(({ state }) => state)).toEqual(["passed"]);
  });
});

describe("an evaluation fails", () => {
  it.for([
    ["another value", "eval instant at 1m up{job='a'}\n  up{job='a'} 2.001"],
    ["one series more", "eval instant at 1m up\n  up{job='a'} 2"],
    ["one series less", "eval instant at 1m up{job='a'}\n  up{job='a'} 2\n  up{job='c'} 2"],
    ["nothing where something is", "eval instant at 1m up"],
    ["one point less", "eval range from 0 to 2m step 1m up{job='a'}\n  up{job='a'} 1 2 _"],
    ["a point elsewhere", "eval range from 0 to 2m step 1m up{job='a'} > 1\n  up{job='a'} 2 3 _"],
    ["points beyond the end", "eval range from 0 to 2m step 1m up{job='a'}\n  up{job='a'} 1 2 3 4"],
    [
      "another order",
      "eval instant at 1m sort_desc(up)\n  expect ordered\n  up{job='a'} 2\n  up{job='b'} 10",
    ],
    ["a histogram for a float", "eval instant at 1m wide\n  wide 3"],
    ["another bucket", "eval instant at 1m wide\n  wide {{count:3 sum:5 buckets:[2 1]}}"],
    [
      "another reset hint",
      "eval instant at 1m wide\n  wide {{count:3 sum:5 buckets:[1 2] counter_reset_hint:gauge}}",
    ],
    ["a scalar for a vector", "eval instant at 1m up{job='a'}\n  2"],
    ["success for failure", "eval instant at 1m up\n  expect fail"],
    ["failure for success", "eval instant at 1m rate(up)"],
    ["another message", "eval instant at 1m rate(up)\n  expect fail msg: no"],
    ["a warning that is not there", "eval instant at 1m up{job='a'}\n  expect warn\n  up{job='a'} 2"],
    [
      "a remark that is not expected",
      "eval instant at 2m rate(up{job='a'}[3m])\n  expect no_info\n  {job='a'} 0.016666666666666666",
    ],
  ] as const)("%s", async ([, script]) => {
    const outcomes = await run(script);
    expect(outcomes.map(({ state }) => state)).toEqual(["failed"]);
    expect(writeFailures({ file: "x.test", outcomes })).toEqual([
      expect.stringMatching(/^x\.test:6 .+\n.+\n/),
    ]);
  });
});

it("a defect is never the failure that is expected", async () => {
  const broken = () => ({
    instant: () => Promise.reject(new TypeError("a defect")),
    range: () => Promise.reject(new TypeError("a defect")),
  });
  const commands = parseScript("eval instant at 0 up\n  expect fail");
  for await (const { state } of runScript(commands, broken, [])) expect(state).toBe("failed");
  expect.assertions(1);
});

describe("a skip", () => {
  const skip: Skip = {
    feature: "what is not there",
    reason: "nobody wants it",
    covers: ({ query }) => query.startsWith("up"),
  };
  const failing = "eval instant at 1m up{job='a'}\n  up{job='a'} 7\n";

  it("counts for what it covers and would not pass", async () => {
    const outcomes = await run(`${failing}\neval instant at 1m wide`, [skip]);
    const files = [{ file: "x.test", outcomes }];
    expect(writeTotal(files)).toBe("0 passed, 1 failed, 1 skipped");
    expect(writeTable(files).at(-1)).toBe("skipped 1: what is not there: nobody wants it");
    expect(staleSkips(files, [skip])).toEqual([]);
  });

  it("is stale once everything that it covers passes", async () => {
    const outcomes = await run("eval instant at 1m up{job='a'}\n  up{job='a'} 2", [skip]);
    const files = [{ file: "x.test", outcomes }];
    expect(writeTotal(files)).toBe("1 passed, 0 failed, 0 skipped");
    expect(staleSkips(files, [skip])).toEqual([skip]);
  });
});
