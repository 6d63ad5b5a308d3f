import { describe, expect, it } from "vitest";
import { encodeEntries, resourcesBetween, tilePath } from "../../../workers/audit/tile-layout.ts";

const pathsBetween = (from: number, to: number) =>
  [
    ...resourcesBetween(
      from,
      to,
      () => new Uint8Array(),
      () => [],
    ),
  ].map(({ path }) => path);

describe("the layout of static resources", () => {
  it("writes addresses as C2SP tlog-tiles has them", () => {
    expect(tilePath(0, 1_234_067, 256)).toBe("tile/0/x001/x234/067");
    expect(tilePath("entries", 7, 256)).toBe("tile/entries/007");
    expect(tilePath(1, 0, 17)).toBe("tile/1/000.p/17");
  });

  it("has the tiles that the specification counts for a tree of 70,000", () => {
    const paths = pathsBetween(0, 70_000);
    const ofLevel = (level: string) => paths.filter((path) => path.startsWith(`tile/${level}/`));
    expect(ofLevel("0")).toHaveLength(274);
    expect(ofLevel("0").at(-1)).toBe("tile/0/273.p/112");
    expect(ofLevel("1")).toEqual(["tile/1/000", "tile/1/001.p/17"]);
    expect(ofLevel("2")).toEqual(["tile/2/000.p/1"]);
    expect(ofLevel("entries")).toHaveLength(274);
  });

  it("has a full tile and a partial one above it for a tree of 256", () => {
    expect(pathsBetween(255, 256)).toEqual(["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
  });

  it("names only what is new", () => {
    expect(pathsBetween(600, 601)).toEqual(["tile/entries/002.p/89", "tile/0/002.p/89"]);
    expect(pathsBetween(601, 601)).toEqual([]);
  });

  it("writes entries after their length in bytes", () => {
    expect([...encodeEntries(["ab", "é"])]).toEqual([0, 2, 0x61, 0x62, 0, 2, 0xc3, 0xa9]);
  });
});
