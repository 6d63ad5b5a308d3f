import fc from "fast-check";
import { expect, it } from "vitest";
import { safeNext, signInPath } from "../../../dashboard/src/text/next-path.ts";

const ORIGIN = "https://almanac.example";

it.each(["/", "/documents?q=a&collection=b", "/documents/doc_1?passage=1-2#x", "/audit", "/logins"])(
  "goes to %s",
  (path) => expect(safeNext(path)).toBe(path),
);

it.each([
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "\\\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "documents",
  "",
  "/login",
  "/login?next=/login",
  undefined,
  null,
  ["/documents"],
])("goes home instead of to %j", (value) => expect(safeNext(value)).toBe("/"));

it("never leaves the site", () => {
  const piece = fc.constantFrom(
    "/",
    "\\",
    ":",
    "@",
    "//",
    "\t",
    "\n",
    " ",
    "evil.example",
    "https",
    "javascript",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join("")),
      ),
      (value) => {
        expect(new URL(safeNext(value), ORIGIN).origin).toBe(ORIGIN);
      },
    ),
  );
});

it("leads back through the address of the sign-in page", () => {
  const path = "/documents?q=a&b=ü#c";
  expect(new URL(signInPath(path), ORIGIN).searchParams.get("next")).toBe(path);
  expect(signInPath("/")).toBe("/login");
});
