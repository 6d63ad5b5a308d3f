import { describe, expect, it } from "vitest";
import { holds } from "../../../eval/wording.ts";

describe("whether a text holds a wording", () => {
  it.each([
    ["| Port Ellery – Osk | 418.3 | 405.9 |", "Port Ellery – Osk 418.3 405.9"],
    ["Port Ellery - Osk,418.3,405.9", "Port Ellery – Osk 418.3 405.9"],
    ["loss for the year of (3,020)", "3,020"],
    ["They intercepted FOUR balls.", "four"],
    ["共有136次擒杀", "136 次"],
    ["the ﬁnal figure", "final"],
    ["19,21", "21"],
  ])("finds in %j the wording %j", (text, wording) => {
    expect(holds(text, wording)).toBe(true);
  });

  it.each([
    ["2,684 sailings", "68"],
    ["in 1968", "68"],
    ["in 1968", "19"],
    ["Osk 418.3", "Osk 418.3 405.9"],
    ["anything", "–"],
    ["", "68"],
  ])("does not find in %j the wording %j", (text, wording) => {
    expect(holds(text, wording)).toBe(false);
  });

  it("goes on looking behind a number that only begins alike", () => {
    expect(holds("6840 and 68", "68")).toBe(true);
  });
});
