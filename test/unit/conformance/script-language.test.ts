import { describe, expect, it } from "vitest";
import { parseScript } from "../../../conformance/promql/parse-script.ts";
import type { Command, Evaluation, Load } from "../../../conformance/promql/script.ts";

const only = <T extends Command["type"]>(text: string, type: T): Extract<Command, { type: T }> => {
  const command = parseScript(text).find(
    (candidate): candidate is Extract<Command, { type: T }> => candidate.type === type,
  );
  if (command === undefined) throw new Error(`no ${type} in ${text}`);
  return command;
};
const load = (text: string): Load => only(text, "load");
const evaluation = (text: string): Evaluation => only(text, "evaluation");

describe("load", () => {
  it("takes a step and series, with their labels and points", () => {
    const { step, withCustomBuckets, series } = load(
      'load 1m30s\n  up{job="api", path=\'a b\'} 1 _ stale\n  {"a.b"} 2',
    );
    expect({ step, withCustomBuckets }).toEqual({ step: 90_000, withCustomBuckets: false });
    expect(series.map(({ labels }) => labels.toObject())).toEqual([
      { __name__: "up", job: "api", path: "a b" },
      { __name__: "a.b" },
    ]);
    expect(series[0]?.points.map(({ type }) => type)).toEqual(["float", "omitted", "stale"]);
  });

  it("knows which loads make native histograms of classic ones", () => {
    expect(load("load_with_nhcb 5m\n  a_bucket{le='1'} 1").withCustomBuckets).toBe(true);
  });

  it("gives start timestamps to the series after them, or to every one by turns", () => {
    const { series } = load("load 1m\n  @st -1m _\n  a 1 2 3\n  b@st -10s+5sx1 0\n  b 1 2 3");
    expect(series.map(({ starts }) => starts)).toEqual([
      [-60_000, null, -60_000],
      [-10_000, -5_000, 0],
    ]);
  });
});

describe("eval", () => {
  it("tells instant from range", () => {
    expect(evaluation("eval instant at 5m  sum by (a) (up)")).toMatchObject({
      line: 1,
      query: "sum by (a) (up)",
      when: { at: 300_000 },
    });
    expect(evaluation("\neval range from 0 to 1h step 30s up offset 5m")).toMatchObject({
      line: 2,
      query: "up offset 5m",
      when: { start: 0, end: 3_600_000, step: 30_000 },
    });
  });

  it("ends with an empty line or a comment", () => {
    const script = "eval instant at 0 up\n  up 1\n# said\neval instant at 0 down\n\n\nclear\n";
    expect(parseScript(script).map(({ type, line }) => [type, line])).toEqual([
      ["evaluation", 1],
      ["evaluation", 4],
      ["clear", 7],
    ]);
  });

  it("expects a scalar, a string, series or a range vector", () => {
    const value = (line: string) => evaluation(`eval instant at 1m x\n  ${line}`).expectation.value;
    expect(value("-1.5e3")).toEqual({ type: "scalar", value: -1500 });
    expect(value("-Inf")).toEqual({ type: "scalar", value: Number.NEGATIVE_INFINITY });
    expect(value("0x1f")).toEqual({ type: "scalar", value: 31 });
    expect(value('expect string "a\\tb"')).toEqual({ type: "string", value: "a\tb" });
    expect(value("expect string `a\\tb`")).toEqual({ type: "string", value: "a\\tb" });
    expect(value("expect range vector from 0 to 1m step 20s\n  x 1 2 3")).toMatchObject({
      rangeVector: { start: 0, end: 60_000, step: 20_000 },
      series: [{ points: [{ value: 1 }, { value: 2 }, { value: 3 }] }],
    });
    expect(value("{} 7")).toMatchObject({
      type: "series",
      rangeVector: null,
      series: [{ points: [{ value: 7 }] }],
    });
  });

  it("expects failures, annotations and order", () => {
    const { failure, warnings, infos, isOrdered } = evaluation(
      "eval instant at 0 x\nexpect fail msg: so it is\nexpect warn regex: a.c\nexpect warn\nexpect no_info\nexpect ordered",
    ).expectation;
    expect(failure?.matches("so it is")).toBe(true);
    expect(failure?.matches("so it is not")).toBe(false);
    expect(warnings.some.map(({ matches }) => [matches("xabcx"), matches("ac")])).toEqual([
      [true, false],
      [true, true],
    ]);
    expect({ warns: warnings.none, infos, isOrdered }).toEqual({
      warns: false,
      infos: { none: true, some: [] },
      isOrdered: true,
    });
  });

  it("still takes the deprecated forms", () => {
    const failing = evaluation("eval_fail instant at 0 x\n  expected_fail_regexp no.+").expectation.failure;
    expect([failing?.matches("nothing"), failing?.matches("no")]).toEqual([true, false]);
    expect(evaluation("eval_fail range from 0 to 1m step 1m x").expectation.failure?.matches("any")).toBe(
      true,
    );
    expect(evaluation("eval_warn instant at 0 x").expectation.warnings.some).toHaveLength(1);
    expect(evaluation("eval_info instant at 0 x").expectation.infos.some).toHaveLength(1);
    expect(evaluation("eval_ordered instant at 0 x").expectation.isOrdered).toBe(true);
  });
});

describe("a line that cannot be read", () => {
  it.for([
    ["evaluate up", 1],
    ["load 5 minutes", 1],
    ["load 1m\n  up 1\n  up{job=api} 1", 3],
    ["load 1m\n  up 1x", 2],
    ["load 1m\n  up 1+2", 2],
    ["load 1m\n  up {{schema:0", 2],
    ["load 1m\n  up@st -1m -1m\n  up 1", 2],
    ["load 1m\n  up@st -1m\n  down 1", 2],
    ["load 1m\n  up@st -1m", 2],
    ["load 1m\n  up@st minute\n  up 1", 2],
    ["eval instant up", 1],
    ["eval instant at 5 up", 1],
    ["eval range from 1m to 0 step 1m up", 1],
    ["eval instant at 0 up\n  up 1 2", 2],
    ["eval instant at 0 up\n  up", 2],
    ["eval instant at 0 up\n  up 1\n  up 2", 3],
    ["eval instant at 0 up\n  expect luck", 2],
    ["eval instant at 0 up\n  expect fail\n  expect fail", 3],
    ["eval instant at 0 up\n  expect warn\n  expect no_warn", 2],
    ["eval instant at 0 up\n  expect warn regex: (", 2],
    ["eval instant at 0 up\n  expect string up", 2],
    ["eval instant at 0 up\n  expect range vector from 0", 2],
    ["eval instant at 0 up\n  1\n  up 1", 2],
  ] as const)("%j names line %i", ([script, line]) => {
    expect(() => parseScript(script)).toThrow(expect.objectContaining({ line }));
  });
});
