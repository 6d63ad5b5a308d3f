import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRegex, literalsOf, RegexError } from "../../../../workers/monitoring/model/regex.ts";
import { regexReplacer } from "../../../../workers/monitoring/model/regex-template.ts";

/** Patterns that mean the same to RE2 and to JavaScript. */
const pattern = fc
  .array(
    fc.constantFrom("a", "b", "ab", "\\.", ".", ".*", ".+", "|", "(a|b)", "(?:a|)", "^", "$", "[ab]", "b?"),
    {
      maxLength: 6,
    },
  )
  .map((parts) => parts.join(""))
  .filter((text) => !/\*[?+*]|\+[?+*]|[\^$|][*+?]|^[*+?]/.test(text));
const value = fc.string({ unit: fc.constantFrom("a", "b", ".", "\n", "é", "😀"), maxLength: 5 });

/** A group as a template has it where letters follow. */
const braced = (name: string) => ["$", "{", name, "}"].join("");

describe("compileRegex", () => {
  it("matches whole values as an anchored pattern does, with or without the engine", () => {
    fc.assert(
      fc.property(pattern, value, (text, candidate) => {
        expect(compileRegex(text)(candidate)).toBe(new RegExp(`^(?:${text})$`, "su").test(candidate));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["", "", true],
    ["", "a", false],
    ["api", "api", true],
    ["api", "api-1", false],
    ["a|b|", "", true],
    ["api.*", "api\n1", true],
    ["api.+", "api", false],
    [".*api", "my-api", true],
    [".+a.+", "aa", false],
    [".+a.+", "aaa", true],
    ["(?i)api", "API", true],
    ["a|ab", "ab", true],
    ["a.c", "a\nc", true],
    [".", "😀", true],
    ["[0-9]{3}", "404", true],
    ["\\d+", "12a", false],
  ])("%j on %j is %s", (text, candidate, expected) => {
    expect(compileRegex(text)(candidate)).toBe(expected);
  });

  it.each([
    ["(", "error parsing regexp: missing closing ): `(`"],
    ["a)", "error parsing regexp: unexpected ): `a)`"],
    ["[a", "error parsing regexp: missing closing ]: `[a`"],
    ["*a", "error parsing regexp: missing argument to repetition operator: `*`"],
    ["a**", "error parsing regexp: invalid nested repetition operator: `**`"],
    ["a{1001}", "error parsing regexp: invalid repeat count: `{1001}`"],
    ["(?=a)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"],
    ["(a)\\1", "error parsing regexp: invalid escape sequence: `\\1`"],
    ["a\\", "error parsing regexp: trailing backslash at end of expression"],
  ])("says as Go does what is wrong with %j", (text, message) => {
    expect(() => compileRegex(text)).toThrow(new RegexError(message));
  });

  it("matches what makes a backtracking engine hang", () => {
    expect(compileRegex("(a*)*b")("a".repeat(20_000))).toBe(false);
    expect(compileRegex("(x+x+)+y")("x".repeat(20_000))).toBe(false);
  });

  it("takes long lists of literals, but no pattern that unfolds to a huge program", () => {
    const names = Array.from({ length: 4_000 }, (_, index) => `instance-${index}`);
    expect(compileRegex(names.join("|"))("instance-3999")).toBe(true);
    expect(() => compileRegex(`${"(abc|d+)?".repeat(400)}(e{1000})`)).toThrow(RegexError);
    expect(() => compileRegex("a.".repeat(4_000))).toThrow(RegexError);
    expect(() => compileRegex("a".repeat(70_000))).toThrow(RegexError);
  });
});

describe("literalsOf", () => {
  it.each([
    ["", [""]],
    ["api", ["api"]],
    ["^api$", ["api"]],
    ["a|b|a", ["a", "b"]],
    ["(a|b)-(?:c|d)", ["a-c", "a-d", "b-c", "b-d"]],
    ["10\\.0\\.0\\.1", ["10.0.0.1"]],
    ["a|", ["a", ""]],
    ["a\\$", ["a$"]],
  ])("reads the values off %j", (text, literals) => {
    expect(literalsOf(text)).toEqual(literals);
  });

  it.each(["a.", "a*", "(a|b)?", "a{2}", "[ab]", "(?i)a", "(a", "a)", "\\d", "a\\", "a^b", "a$b"])(
    "finds no such list in %j",
    (text) => {
      expect(literalsOf(text)).toBeNull();
    },
  );

  it("lists exactly the values that match", () => {
    fc.assert(
      fc.property(pattern, value, (text, candidate) => {
        const literals = literalsOf(text);
        if (literals) expect(literals.includes(candidate)).toBe(compileRegex(text)(candidate));
      }),
    );
  });
});

describe("regexReplacer", () => {
  it.each([
    ["(.*):(.*)", "$2:$1", "host:9090", "9090:host"],
    ["(?P<name>\\w+)-(\\d+)", `${braced("name")}_$2`, "api-12", "api_12"],
    ["(a)(b)?", "<$1$2>", "a", "<a>"],
    ["(.*)", "$1x", "v", ""],
    ["(.*)", `${braced("1")}x`, "v", "vx"],
    ["(.*)", "$$1", "v", "$1"],
    ["(.*)", "$ $- $}$9$nosuch$01", "v", "$ $- $}"],
    ["(a|ab)(c|bcd)(d*)", "$1,$2,$3", "abcd", "a,bcd,"],
    [".*", "fixed", "anything", "fixed"],
  ])("%j with %j makes of %j %j", (text, template, candidate, expected) => {
    expect(regexReplacer(text, template)(candidate)).toBe(expected);
  });

  it("rewrites nothing that does not match as a whole", () => {
    expect(regexReplacer("a", "b")("aa")).toBeNull();
  });
});
