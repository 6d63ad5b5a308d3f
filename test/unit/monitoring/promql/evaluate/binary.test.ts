import { describe, expect, it } from "vitest";
import { nativeHistogram } from "../functions/histogram.ts";
import { ask, atZero } from "./ask.ts";

const SERIES = atZero(
  [{ __name__: "left", i: "1", side: "l" }, 10],
  [{ __name__: "left", i: "2", side: "l" }, 20],
  [{ __name__: "right", i: "1", zone: "z" }, 3],
  [{ __name__: "right", i: "3", zone: "z" }, 4],
  [{ __name__: "h", i: "1" }, nativeHistogram([1, 2])],
  [{ __name__: "h", i: "4" }, nativeHistogram([4])],
);

async function elements(query: string): Promise<Record<string, number | string>> {
  return (await ask(query, SERIES)).elements;
}

describe("binary operators", () => {
  it.each([
    ["1 ^ (0 / 0)", 1],
    ["(-1) ^ (1 / 0)", 1],
    ["2 ^ 0.5", Math.SQRT2],
    ["-7 % 3", -1],
    ["1 atan2 1", Math.PI / 4],
    ["1 == bool 2", 0],
    ["3 >= bool 2", 1],
  ])("%s", async (query, expected) => {
    expect(await elements(`vector(${query})`)).toEqual({ "{}": expected });
  });

  it("keep the labels they match on, or all but those ignored", async () => {
    expect(await elements("left + on (i) right")).toEqual({ '{"i":"1"}': 13 });
    expect(await elements("left - ignoring (side, zone) right")).toEqual({ '{"i":"1"}': 7 });
    expect(await elements("left * on (i) group_left (zone) right")).toEqual({
      '{"i":"1","side":"l","zone":"z"}': 30,
    });
    expect(await elements("left / on (i) group_right () right")).toEqual({ '{"i":"1","zone":"z"}': 10 / 3 });
  });

  it("filter by comparison and keep the name, or say whether it holds", async () => {
    expect(await elements("left > 15")).toEqual({ '{"__name__":"left","i":"2","side":"l"}': 20 });
    expect(await elements("15 > left")).toEqual({ '{"__name__":"left","i":"1","side":"l"}': 10 });
    expect(await elements("left > bool 15")).toEqual({
      '{"i":"1","side":"l"}': 0,
      '{"i":"2","side":"l"}': 1,
    });
    expect(await elements("left > ignoring (side, zone) right")).toEqual({
      '{"__name__":"left","i":"1"}': 10,
    });
    expect(await elements("left < on (i) right")).toEqual({});
  });

  it("fill in what has no match", async () => {
    expect(await elements("left + on (i) fill (0) right")).toEqual({
      '{"i":"1"}': 13,
      '{"i":"2"}': 20,
      '{"i":"3"}': 4,
    });
    expect(await elements("left + on (i) fill_left (1) right")).toEqual({ '{"i":"1"}': 13, '{"i":"3"}': 5 });
  });

  it("combine sets", async () => {
    expect(Object.values(await elements("left and on (i) right"))).toEqual([10]);
    expect(Object.values(await elements("left unless on (i) right"))).toEqual([20]);
    expect(Object.values(await elements("left or on (i) right"))).toEqual([10, 20, 4]);
  });

  it("scale, add and compare histograms", async () => {
    expect(await elements("h * 2")).toEqual({
      '{"i":"1"}': "histogram of 6, unknown",
      '{"i":"4"}': "histogram of 8, unknown",
    });
    expect(await elements('h{i="1"} - ignoring (i) h{i="4"}')).toEqual({ "{}": "histogram of -1, gauge" });
    expect(Object.keys(await elements("h == h"))).toHaveLength(2);
    expect(Object.values(await elements("h != bool h"))).toEqual([0, 0]);
    expect(await elements("-h")).toEqual({
      '{"i":"1"}': "histogram of -3, gauge",
      '{"i":"4"}': "histogram of -4, gauge",
    });
  });

  it("remark on operands that do not go together", async () => {
    expect(await ask("h + 1", SERIES)).toEqual({
      elements: {},
      remarks: [
        'PromQL info: incompatible sample types encountered for binary operator "+": histogram + float (1:1)',
      ],
    });
    expect(await ask("2 / h", SERIES)).toMatchObject({
      remarks: [expect.stringContaining('binary operator "/": float / histogram')],
    });
  });
});
