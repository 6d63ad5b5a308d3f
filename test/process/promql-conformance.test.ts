import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { ROOT } from "../../scripts/root.ts";

function runConformance(
  directory: string | undefined,
  ...options: string[]
): {
  status: number | null;
  stdout: string;
  stderr: string;
} {
  const { PROMQLTEST_DIR: _, ...environment } = process.env;
  return spawnSync(process.execPath, ["conformance/promql.ts", ...options], {
    cwd: ROOT,
    env: directory === undefined ? environment : { ...environment, PROMQLTEST_DIR: directory },
    encoding: "utf8",
  });
}

function directoryWith(script: string): string {
  const directory = mkdtempSync(join(tmpdir(), "promql-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "own.test"), script);
  return directory;
}

it("says what failed, and where", () => {
  const { status, stdout } = runConformance(
    directoryWith("eval instant at 0 1 + 1\n  2\n\neval instant at 0 1\n  3\n"),
  );
  expect(stdout).toContain("own.test:4 1\n  expected scalar 3\n  got      scalar 1\n");
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("1 passed, 1 failed, 0 skipped");
  expect(status).toBe(1);
});

it("names a line that it cannot read", () => {
  const { status, stderr } = runConformance(directoryWith("load 1m\n  up one\n"));
  expect(stderr).toMatch(/^own\.test:2 /);
  expect(status).toBe(1);
});

it("says what to set when there is nothing to run, and lets it pass if told to", () => {
  const { status, stderr } = runConformance(undefined);
  expect(stderr).toContain("PROMQLTEST_DIR is not set");
  expect(status).toBe(2);
  expect(runConformance(undefined, "--if-set").status).toBe(0);
});

it("runs what is asked for", () => {
  const directory = directoryWith("eval instant at 0 1\n  1\n\neval instant at 0 2\n  3\n");
  const { status, stdout } = runConformance(directory, "own", "--line", "1");
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("1 passed, 0 failed, 0 skipped");
  expect(status).toBe(0);
  expect(runConformance(directory, "other").status).toBe(1);
});

it("leaves none of our own cases out of the tests", () => {
  const imports = readFileSync(join(ROOT, "test/unit/conformance/case-scripts.ts"), "utf8");
  const cases = readdirSync(join(ROOT, "conformance/promql/cases"));
  expect(cases.filter((name) => !imports.includes(`cases/${name}?raw`))).toEqual([]);
});
