import fc from "fast-check";
import { expect, it } from "vitest";
import type { Expression } from "../../../../../workers/monitoring/promql/ast.ts";
import { parse } from "../../../../../workers/monitoring/promql/syntax/parse.ts";
import { prettyPrint, print } from "../../../../../workers/monitoring/promql/syntax/print.ts";
import { PromqlSyntaxError } from "../../../../../workers/monitoring/promql/syntax/syntax-error.ts";

const name = fc.constantFrom("up", "a:b", "sum", "by", "offset", "start", "fill", "and", "_x9", "min_of");
const label = fc.constantFrom("job", "on", "bool", "inf", '"my.label"', "'é\\n'", "by");
const quoted = fc
  .string({ unit: "grapheme", maxLength: 6 })
  .map((text) => JSON.stringify(text.replaceAll("\ufffd", "")));
const duration = fc.constantFrom(
  "5m",
  "1h30m",
  "90",
  "1y2w",
  "7ms",
  "step()*2",
  "(range()+1m)",
  "max_of(1m,3s)",
);
const labels = fc
  .array(
    label.filter((text) => text !== "inf"),
    { maxLength: 3 },
  )
  .map((names) => `(${names.join(",")})`);
const number = fc.oneof(
  fc.constantFrom("0x1f", "1_000", ".5", "2.", "1e-7", "1e30", "Inf", "nan", "017", "5m", "1d12h"),
  fc.double({ min: 0, noNaN: true }).map((value) => (Number.isFinite(value) ? String(value) : "inf")),
);
const shift = fc
  .tuple(
    fc.constantFrom("", " @ 12.5", " @ -3", " @ start()", " @end()"),
    fc.option(fc.tuple(fc.constantFrom("", "-", "+"), fc.constantFrom("5m", "90", "step()"))),
  )
  .map(([at, offset]) => `${at}${offset ? ` offset ${offset.join("")}` : ""}`);
const matchers = fc
  .array(
    fc.tuple(label, fc.constantFrom("=", "!="), quoted).map((parts) => parts.join("")),
    { maxLength: 3 },
  )
  .map((list) => `{${list.join(", ")}}`);

const { vector, scalar } = fc.letrec<{ vector: string; scalar: string }>((tie) => {
  const of = (...parts: (string | fc.Arbitrary<string>)[]) =>
    fc
      .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
      .map((texts) => texts.join(""));
  const arithmetic = fc.constantFrom(" + ", "-", "*", " / ", " % ", "^", " atan2 ");
  const matching = of(
    fc.constantFrom(" on", " ignoring"),
    labels,
    fc.constantFrom(" ", " group_left()", " group_right(z) "),
    fc.constantFrom("", "fill(1)", "fill_left(-2.5) fill_right(NaN)"),
  ).filter((text) => !text.startsWith(" on") || !text.includes("group"));
  const range = of(of(name, matchers), "[", duration, "]", shift);
  const subquery = of(
    "(",
    tie("vector"),
    ")[",
    duration,
    ":",
    fc.oneof(fc.constant(""), duration),
    "]",
    shift,
  );
  return {
    scalar: fc.oneof(
      { maxDepth: 4 },
      number,
      of("scalar(", tie("vector"), ")"),
      of(tie("scalar"), arithmetic, tie("scalar")),
      of("-", tie("scalar")),
      of("(", tie("scalar"), ")"),
      of("(", tie("scalar"), ")> bool (", tie("scalar"), ")"),
    ),
    vector: fc.oneof(
      { maxDepth: 4 },
      of(name, matchers, shift),
      of("{job='a'}", shift),
      of("rate(", fc.oneof(range, subquery), ")"),
      of("sum ", fc.constantFrom("by ", "without"), labels, "(", tie("vector"), ")"),
      of("topk(", tie("scalar"), ",", tie("vector"), ") by", labels),
      of("count_values(", quoted, ",", tie("vector"), ")"),
      of(
        tie("vector"),
        fc.oneof(arithmetic, fc.constantFrom("==", " > bool ", " or ", " unless ")),
        tie("vector"),
      ),
      of("(", tie("vector"), ")", arithmetic, matching, "(", tie("vector"), ")"),
      of(tie("scalar"), "*", tie("vector")),
      of("-", tie("vector")),
      of("(", tie("vector"), ")"),
    ),
  };
});

/** The tree without its places in the text; the order of matchers means nothing. */
function tree(expression: Expression): unknown {
  return JSON.parse(
    JSON.stringify(expression, (key, value) => {
      if (key === "range" && typeof value === "object") return undefined;
      if (key === "matchers") return value.map((matcher: unknown) => JSON.stringify(matcher)).sort();
      return typeof value === "number" ? String(Object.is(value, -0) ? "-0" : value) : value;
    }),
  );
}

it("prints what is parsed to the same tree again, on one line and on many", () => {
  fc.assert(
    fc.property(fc.oneof(vector, scalar), (query) => {
      const expression = parse(query);
      const printed = print(expression);
      expect(tree(parse(printed))).toEqual(tree(expression));
      expect(print(parse(printed))).toBe(printed);
      expect(tree(parse(prettyPrint(expression)))).toEqual(tree(expression));
    }),
    { numRuns: 400 },
  );
});

const debris = fc.oneof(
  fc.constantFrom(..."()[]{},+-^=!~@:\"'`#\\ \n".split("")),
  fc.constantFrom(
    "offset",
    "by",
    "on",
    "bool",
    "group_left",
    "sum",
    "5m",
    "1e",
    "0x",
    "==",
    "=~",
    "</",
    "fill(",
    "é",
  ),
  fc.string({ unit: "binary", maxLength: 3 }),
);

it("parses damaged queries, or says in its own words why not", () => {
  fc.assert(
    fc.property(
      fc.oneof(vector, scalar),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 6 }), debris), { minLength: 1, maxLength: 4 }),
      (query, damages) => {
        let damaged = query;
        for (const [place, length, text] of damages) {
          const at = place % (damaged.length + 1);
          damaged = damaged.slice(0, at) + text + damaged.slice(at + length);
        }
        try {
          expect(print(parse(damaged))).not.toBe("");
        } catch (error) {
          if (!(error instanceof PromqlSyntaxError)) throw error;
          expect(error.message).toContain(": parse error: ");
        }
      },
    ),
    { numRuns: 1500 },
  );
});
