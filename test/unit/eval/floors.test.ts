import { describe, expect, it } from "vitest";
import { QUALITY_FIGURES, type Quality } from "../../../eval/figures.ts";
import { findFallen, readFloors } from "../../../eval/floors.ts";

const quality = (reached: Partial<Quality>): Quality => ({
  ...(Object.fromEntries(QUALITY_FIGURES.map((name) => [name, null])) as unknown as Quality),
  ...reached,
});

describe("floors", () => {
  it("are kept by what reaches them", () => {
    expect(findFallen("golden", quality({ ndcg_at_10: 0.9 }), { golden: { ndcg_at_10: 0.9 } }, null)).toEqual(
      [],
    );
  });

  it("say what fell, from what to what", () => {
    const floors = { golden: { ndcg_at_10: 0.9, hit_at_1: 0.8 }, other: { hit_at_1: 1 } };
    expect(findFallen("golden", quality({ ndcg_at_10: 0.89, hit_at_1: 0.81 }), floors, null)).toEqual([
      "golden: ndcg_at_10 is 0.89, its floor is 0.9",
    ]);
  });

  it("are not kept by a figure that was not measured", () => {
    expect(findFallen("golden", quality({}), { golden: { cited_share: 0.5 } }, null)).toHaveLength(1);
  });

  it("hold hybrid search against words alone", () => {
    expect(findFallen("a", quality({ ndcg_at_10: 0.698 }), {}, 0.7)).toEqual([]);
    expect(findFallen("a", quality({ ndcg_at_10: 0.696 }), {}, 0.7)).toHaveLength(1);
  });

  it("must be for figures that exist", () => {
    expect(() => readFloors('{"golden": {"ndcg_at_11": 0.9}}')).toThrow("ndcg_at_11");
    expect(readFloors('{"golden": {"ndcg_at_10": 0.9}}')).toEqual({ golden: { ndcg_at_10: 0.9 } });
  });
});
