import { describe, expect, it } from "vitest";
import type { MetadataFilter } from "../../../workers/contract/metadata-filter.ts";
import { matchesFilter } from "../../../workers/rag/filter.ts";

const metadata = {
  year: 2018,
  form: "10-K",
  audited: true,
  tags: ["finance", "annual"],
  author: { name: "Ada", roles: ["editor", "owner"] },
  "plain.dots": "yes",
  empty: null,
};

describe("matchesFilter", () => {
  it.each<[string, MetadataFilter, boolean]>([
    ["equal", { form: { eq: "10-K" } }, true],
    ["equal is strict about types", { year: { eq: "2018" } }, false],
    ["not equal", { form: { ne: "10-Q" } }, true],
    ["a missing field is not equal to anything", { nothing: { ne: "x" } }, true],
    ["a missing field equals null", { nothing: { eq: null } }, true],
    ["one of", { year: { in: [2017, 2018] } }, true],
    ["none of", { year: { nin: [2017, 2018] } }, false],
    ["a range", { year: { gte: 2018, lt: 2019 } }, true],
    ["outside a range", { year: { gt: 2018 } }, false],
    ["strings in order", { form: { gt: "10" } }, true],
    ["no order between types", { year: { gt: "2017" } }, false],
    ["no order for a missing field", { nothing: { lte: 1 } }, false],
    ["exists", { audited: { exists: true } }, true],
    ["null does not exist", { empty: { exists: false } }, true],
    ["an element of a list", { tags: { eq: "annual" } }, true],
    ["no element of a list", { tags: { eq: "daily" } }, false],
    ["a list without it", { tags: { ne: "annual" } }, false],
    ["a path", { "author.name": { eq: "Ada" } }, true],
    ["a list at the end of a path", { "author.roles": { in: ["owner"] } }, true],
    ["a path through a value", { "form.length": { exists: true } }, false],
    ["a name with dots", { "plain.dots": { eq: "yes" } }, true],
    ["several fields are all meant", { year: { eq: 2018 }, form: { eq: "10-Q" } }, false],
    ["and", { and: [{ year: { eq: 2018 } }, { audited: { eq: true } }] }, true],
    ["or", { or: [{ year: { eq: 1999 } }, { audited: { eq: true } }] }, true],
    ["not", { not: { year: { eq: 2018 } } }, false],
    ["nothing inherited is metadata", { constructor: { exists: true } }, false],
  ])("%s", (_name, filter, expected) => {
    expect(matchesFilter(metadata, filter)).toBe(expected);
  });

  it("takes a field that is called `not` for a field", () => {
    expect(matchesFilter({ not: "this" }, { not: { eq: "this" } } as unknown as MetadataFilter)).toBe(true);
  });
});
