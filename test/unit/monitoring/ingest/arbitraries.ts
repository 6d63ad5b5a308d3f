import fc from "fast-check";

export const text = fc.string({ unit: "binary", maxLength: 12 }).filter((value) => value.isWellFormed());

export const labelPairs = fc
  .tuple(
    text.filter((name) => name !== ""),
    fc.uniqueArray(
      fc.tuple(
        text.filter((name) => name !== "" && name !== "__name__"),
        text,
      ),
      { selector: ([name]) => name, maxLength: 6 },
    ),
    fc.nat(),
  )
  .map(([metric, others, place]) => {
    const pairs = [...others];
    pairs.splice(place % (pairs.length + 1), 0, ["__name__", metric]);
    return pairs;
  });

export const changes = fc.array(fc.record({ at: fc.nat(10_000), byte: fc.nat(255), kind: fc.nat(2) }), {
  minLength: 1,
  maxLength: 6,
});
