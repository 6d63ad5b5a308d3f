import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDuration } from "../../../conformance/promql/duration.ts";
import { parseLabels } from "../../../conformance/promql/parse-labels.ts";
import { parseSequence } from "../../../conformance/promql/parse-sequence.ts";
import { parseStartTimes } from "../../../conformance/promql/parse-start-times.ts";
import { Scanner } from "../../../conformance/promql/scanner.ts";

const points = (text: string) => parseSequence(new Scanner(` ${text}`));
const floats = (text: string) =>
  points(text).map((point) => (point.type === "float" ? point.value : point.type));

describe("points", () => {
  it.for([
    ["1 -2 +3 .5 1e3 1.5E-3", [1, -2, 3, 0.5, 1000, 0.0015]],
    ["Inf -inf +Inf", [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
    ["NaN", [Number.NaN]],
    ["7x2", [7, 7, 7]],
    ["1+2x3", [1, 3, 5, 7]],
    ["-1-1x2", [-1, -2, -3]],
    ["1e1+1e1x1", [10, 20]],
    ["_ _x3 1 stale", ["omitted", "omitted", "omitted", "omitted", 1, "stale"]],
    ["5x0", [5]],
  ] as const)("%s", ([text, expected]) => {
    expect(floats(text)).toEqual(expected);
  });

  it("repeats histograms, and counts them up and down", () => {
    const counts = (text: string) =>
      points(text).map((point) => (point.type === "histogram" ? point.histogram.count : point.type));
    expect(counts("{{schema:0 count:2}}x1 _")).toEqual([2, 2, "omitted"]);
    expect(counts("{{schema:0 count:2}}+{{schema:0 count:3}}x2")).toEqual([2, 5, 8]);
    expect(counts("{{schema:0 count:9}}-{{schema:0 count:3}}x2")).toEqual([9, 6, 3]);
  });

  it("minds a reset hint only where one is written", () => {
    const hints = points("{{count:1}} {{count:1 counter_reset_hint:gauge}}").map(
      (point) => point.type === "histogram" && [point.hasHint, point.histogram.resetHint],
    );
    expect(hints).toEqual([
      [false, "unknown"],
      [true, "gauge"],
    ]);
  });

  it("come to as many as a sequence says", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.nat(20), (value, times) => {
        const text = String(value).replace("Infinity", "Inf");
        expect(floats(`${text}x${times}`)).toEqual(Array(times + 1).fill(Object.is(value, -0) ? 0 : value));
      }),
    );
  });
});

describe("start timestamps", () => {
  it.for([
    ["-1m _ 0 1ms", [-60_000, null, 0, 1]],
    ["-1sx2 _x2", [-1000, -1000, -1000, null, null]],
    ["-30s-1mx2", [-30_000, -90_000, -150_000]],
    ["-1m+30sx1 * *x1", [-60_000, -30_000, -30_000, -30_000, -30_000]],
  ] as const)("%s", ([text, expected]) => {
    expect(parseStartTimes(text)).toEqual(expected);
  });

  it.for(["_x0", "1", "1m+2", "x3", "1m+1m"])("refuses %s", (text) => {
    expect(() => parseStartTimes(text)).toThrow(SyntaxError);
  });
});

describe("durations", () => {
  it("count each unit once, the largest first", () => {
    expect(parseDuration("1y2w3d4h5m6s7ms")).toBe(
      365 * 86_400_000 + 14 * 86_400_000 + 3 * 86_400_000 + 4 * 3_600_000 + 5 * 60_000 + 6000 + 7,
    );
    expect(parseDuration("0")).toBe(0);
    expect(["", "5", "1s1m", "1m1m", "-1m", "1.5m"].map(parseDuration)).toEqual(Array(6).fill(null));
  });
});

describe("labels", () => {
  const labels = (text: string) => parseLabels(new Scanner(text)).toObject();

  it.for([
    ["up", { __name__: "up" }],
    ["a:b{}", { __name__: "a:b" }],
    ["{}", {}],
    ['{"a name", x="1",}', { __name__: "a name", x: "1" }],
    ["up{ a = \"1\" , 'b.c' = `2\\n` }", { __name__: "up", a: "1", "b.c": "2\\n" }],
    ['{a="\\xc3\\xa9\\303\\251\\u00e9 \\"}\\""}', { a: 'ééé "}"' }],
    ['{a=""}', {}],
  ] as const)("%s", ([text, expected]) => {
    expect(labels(text)).toEqual(expected);
  });

  it.for(["", "{", "{a}", "{a=b}", '{a="b" c="d"}', "1up"])("refuses %s", (text) => {
    expect(() => labels(text)).toThrow(SyntaxError);
  });

  it("come back as they went in", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (text) => {
        const quoted = `"${text.replace(/["\\]/g, "\\$&")}"`;
        expect(labels(`{${quoted}, ${quoted}=${quoted}}`)).toEqual({ __name__: text, [text]: text });
      }),
    );
  });
});
