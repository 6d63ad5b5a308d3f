import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { ROOT } from "../../scripts/root.ts";

const collection = process.env.PROMQLTEST_DIR;

function runConformance(directory: string | undefined): {
  status: number | null;
  stdout: string;
  stderr: string;
} {
  const { PROMQLTEST_DIR: _, ...environment } = process.env;
  return spawnSync(process.execPath, ["conformance/promql.ts"], {
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

it.skipIf(collection === undefined)("answers Prometheus' own PromQL tests as Prometheus does", () => {
  const { status, stdout } = runConformance(collection);
  expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^[1-9]\d{3,} passed, 0 failed, \d+ skipped$/);
  expect(status).toBe(0);
});

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

it("says what to set when there is nothing to run", () => {
  const { status, stderr } = runConformance(undefined);
  expect(stderr).toContain("PROMQLTEST_DIR is not set");
  expect(status).toBe(2);
});
