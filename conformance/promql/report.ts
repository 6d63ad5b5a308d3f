import type { Outcome } from "./run-script.ts";
import type { Skip } from "./skips.ts";

export interface FileOutcomes {
  readonly file: string;
  readonly outcomes: readonly Outcome[];
}

/** A line an evaluation that failed: where, what, why. */
export function writeFailures({ file, outcomes }: FileOutcomes): string[] {
  return outcomes
    .filter(({ state }) => state === "failed")
    .map(
      ({ evaluation: { line, query }, mismatch }) =>
        `${file}:${line} ${query}\n  expected ${mismatch?.expected}\n  got      ${mismatch?.got}`,
    );
}

/** How many evaluations of each file passed, failed and were skipped; what was skipped, and why. */
export function writeTable(files: readonly FileOutcomes[]): string[] {
  const width = Math.max(...files.map(({ file }) => file.length));
  const row = (name: string, cells: readonly (string | number)[]): string =>
    name.padEnd(width) + cells.map((cell) => String(cell).padStart(9)).join("");
  return [
    row("", ["passed", "failed", "skipped"]),
    ...files.map(({ file, outcomes }) => row(file, tally(outcomes))),
    ...writeSkips(files.flatMap(({ outcomes }) => outcomes)),
  ];
}

export function writeTotal(files: readonly FileOutcomes[]): string {
  const [passed, failed, skipped] = tally(files.flatMap(({ outcomes }) => outcomes));
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The skips that no evaluation needs any more. */
export function staleSkips(files: readonly FileOutcomes[], skips: readonly Skip[]): Skip[] {
  const needed = new Set(files.flatMap(({ outcomes }) => skippedBy(outcomes)));
  return skips.filter((skip) => !needed.has(skip));
}

function tally(outcomes: readonly Outcome[]): number[] {
  return (["passed", "failed", "skipped"] as const).map(
    (wanted) => outcomes.filter(({ state }) => state === wanted).length,
  );
}

function skippedBy(outcomes: readonly Outcome[]): Skip[] {
  return outcomes.flatMap(({ state, skip }) => (state === "skipped" && skip !== null ? [skip] : []));
}

function writeSkips(outcomes: readonly Outcome[]): string[] {
  const all = skippedBy(outcomes);
  return [...new Set(all)].map((skip) => {
    const count = all.filter((candidate) => candidate === skip).length;
    return `skipped ${count}: ${skip.feature}: ${skip.reason}`;
  });
}
