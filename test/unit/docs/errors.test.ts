import { describe, expect, it } from "vitest";
import page from "../../../docs/errors.md?raw";
import { ERRORS } from "../../../workers/errors.ts";
import { DeadEndError, describeFailure } from "../../../workers/ingestion/failure.ts";
import { type UnparsableCode, UnparsableError } from "../../../workers/ingestion/parsed-document.ts";
import { MalwareFoundError } from "../../../workers/ingestion/scan/verdict.ts";

/** The type holds this list to the codes that there are. */
const INGESTION_CODES = {
  empty_document: "document",
  no_text_found: "document",
  unsupported_type: "document",
  type_mismatch: "document",
  encrypted_document: "document",
  damaged_document: "document",
  archive_bomb: "document",
  archive_too_deep: "document",
  archive_too_large: "document",
  page_too_large: "document",
  text_too_large: "document",
  no_searchable_text: "dead end",
  content_missing: "dead end",
  worker_died: "dead end",
} as const satisfies Record<UnparsableCode | DeadEndError["code"], "document" | "dead end">;

/** The cells of the rows below a heading, without the table's head. */
function tableBelow(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

describe("docs/errors.md", () => {
  it("lists every problem code with its status, its title and whether to try again", () => {
    const documented = tableBelow("Of requests").map((cells) => cells.slice(0, 4));
    const coded = Object.entries(ERRORS).map(([code, kind]) => [
      code,
      String(kind.status),
      kind.title,
      "retryable" in kind ? "yes" : "no",
    ]);
    expect(documented.toSorted()).toEqual(coded.toSorted());
  });

  it("lists every code of a failed ingestion, and whether it is final", () => {
    const documented = tableBelow("Of ingestion").map((cells) => cells.slice(0, 2));
    const known = Object.entries(INGESTION_CODES) as [keyof typeof INGESTION_CODES, string][];
    const failures = known.map(([code, kind]) =>
      describeFailure(
        kind === "document"
          ? new UnparsableError(code as UnparsableCode, "")
          : new DeadEndError(code as DeadEndError["code"], ""),
      ),
    );
    const others = [new MalwareFoundError("a threat"), new Error("the database is away")];
    const coded = [...failures, ...others.map(describeFailure)].map(({ reason, permanent }) => [
      reason.code,
      permanent ? "yes" : "no",
    ]);
    expect(documented.toSorted()).toEqual([...coded, ["retries_exhausted", "no"]].toSorted());
  });

  it("says what to do about each", () => {
    for (const cells of [...tableBelow("Of requests"), ...tableBelow("Of ingestion")]) {
      expect(cells.at(-1), cells[0]).not.toBe("");
    }
  });
});
