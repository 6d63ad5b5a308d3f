import { describe, expect, it } from "vitest";
import { callVector, selector, textOf, vectorOf } from "./call.ts";
import { nativeHistogram } from "./histogram.ts";

const series = vectorOf(
  [{ __name__: "up", instance: "a:9090", job: "api" }, 1, null],
  [{ __name__: "up", instance: "b:9091", job: "db" }, null, 2],
  [{ __name__: "down", instance: "c" }, 3, 3],
);

describe("label_replace", () => {
  const replace = (...texts: string[]) => callVector("label_replace", 2, [series, ...texts.map(textOf)]);

  it("sets a label to what groups of another one matched, where it matches as a whole", async () => {
    const { value } = await replace("port", "$1", "instance", ".*:(.*)");
    expect(value).toEqual([
      [{ __name__: "up", instance: "a:9090", job: "api", port: "9090" }, 1, null],
      [{ __name__: "up", instance: "b:9091", job: "db", port: "9091" }, null, 2],
      [{ __name__: "down", instance: "c" }, 3, 3],
    ]);
  });

  it("removes a label that gets no value", async () => {
    const { value } = await replace("job", "", "job", "api");
    expect(value[0]).toEqual([{ __name__: "up", instance: "a:9090" }, 1, null]);
  });

  it("takes series that come to have the same labels for one, if they have no value at the same time", async () => {
    const one = vectorOf([{ a: "1" }, 1, null], [{ a: "2" }, null, 2]);
    const texts = ["a", "x", "a", ".*"].map(textOf);
    expect((await callVector("label_replace", 2, [one, ...texts])).value).toHaveLength(2);
    const both = vectorOf([{ a: "1" }, 1, 1], [{ a: "2" }, null, 2]);
    await expect(callVector("label_replace", 2, [both, ...texts])).rejects.toThrow(
      "vector cannot contain metrics with the same labelset",
    );
  });

  it("refuses what is no label name and what is no pattern", async () => {
    await expect(async () => replace("", "", "job", ".*")).rejects.toThrow(
      "invalid destination label name in label_replace(): ",
    );
    await expect(async () => replace("x", "", "job", "(.*")).rejects.toThrow(
      "invalid regular expression in label_replace(): (.*",
    );
  });
});

describe("label_join", () => {
  it("joins labels, absent ones as empty", async () => {
    const texts = ["both", "-", "job", "instance"].map(textOf);
    const { value } = await callVector("label_join", 2, [series, ...texts]);
    expect(value.map(([labels]) => labels.both)).toEqual(["api-a:9090", "db-b:9091", "-c"]);
  });

  it("without sources removes the label", async () => {
    const { value } = await callVector("label_join", 2, [series, textOf("instance"), textOf("-")]);
    expect(value.map(([labels]) => labels.instance)).toEqual([undefined, undefined, undefined]);
  });

  it("refuses an empty source", async () => {
    await expect(async () =>
      callVector("label_join", 2, [series, ...["x", "-", ""].map(textOf)]),
    ).rejects.toThrow("invalid source label name in label_join(): ");
  });
});

describe("absent", () => {
  it("is 1 where no series has a value, under the labels that were asked for", async () => {
    const gaps = vectorOf([{ job: "a" }, 1, null, null], [{ job: "b" }, null, 2, null]);
    const expression = selector({ __name__: "up", job: "a", zone: "z" });
    const { value } = await callVector("absent", 3, [gaps], { expression });
    expect(value).toEqual([[{ job: "a", zone: "z" }, null, null, 1]]);
  });

  it("is nothing where there always is a value", async () => {
    expect((await callVector("absent", 1, [vectorOf([{}, nativeHistogram([1])])])).value).toEqual([]);
  });
});

describe("sort", () => {
  const unsorted = vectorOf([{ a: "x10" }, 2], [{ a: "x9" }, Number.NaN], [{ a: "x1" }, 3], [{ b: "1" }, 1]);
  const order = async (name: string, ...labels: string[]) => {
    const { value } = await callVector(name, 1, [unsorted, ...labels.map(textOf)]);
    return value.map(([labels_]) => labels_.a ?? "-");
  };

  it("orders by value, NaN last in both directions", async () => {
    expect(await order("sort")).toEqual(["-", "x10", "x1", "x9"]);
    expect(await order("sort_desc")).toEqual(["x1", "x10", "-", "x9"]);
  });

  it("orders by labels, numbers in them as numbers", async () => {
    expect(await order("sort_by_label", "a")).toEqual(["-", "x1", "x9", "x10"]);
    expect(await order("sort_by_label_desc", "a")).toEqual(["x10", "x9", "x1", "-"]);
    expect(await order("sort_by_label", "nosuch")).toEqual(["x1", "x10", "x9", "-"]);
  });

  it("leaves histograms out", async () => {
    const mixed = vectorOf([{ a: "1" }, nativeHistogram([1])], [{ a: "2" }, 1]);
    expect((await callVector("sort", 1, [mixed])).value).toEqual([[{ a: "2" }, 1]]);
  });

  it("says that it does nothing to a range", async () => {
    const { remarks } = await callVector("sort", 2, [vectorOf([{}, 1, 2])]);
    expect(remarks).toEqual([
      "warning -1: sort is ineffective for range queries since results are always ordered by labels",
    ]);
  });
});
