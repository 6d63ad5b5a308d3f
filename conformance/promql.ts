import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeEngine } from "./promql/engine.ts";
import { parseScript } from "./promql/parse-script.ts";
import { type FileOutcomes, staleSkips, writeFailures, writeTable, writeTotal } from "./promql/report.ts";
import { type Outcome, runScript } from "./promql/run-script.ts";
import { type Evaluation, ScriptError } from "./promql/script.ts";
import { SKIPS } from "./promql/skips.ts";

const USAGE = `PROMQLTEST_DIR=DIR npm run conformance:promql -- [FILE] [--line N] [--if-set]

Runs every .test file of DIR, a copy of promql/promqltest/testdata of prometheus/prometheus.

  FILE       only files that have this in their name
  --line N   only the evaluation of this line
  --if-set   without PROMQLTEST_DIR, succeed
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      line: { type: "string" },
      "if-set": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    allowPositionals: true,
  });
  const directory = process.env.PROMQLTEST_DIR ?? "";
  if (values.help || directory === "") {
    const missing = "PROMQLTEST_DIR is not set: Prometheus' own tests are left out.\n";
    process.stderr.write(values.help ? USAGE : values["if-set"] ? missing : `${missing}\n${USAGE}`);
    return values.help || values["if-set"] ? 0 : 2;
  }
  const line = values.line === undefined ? null : Number(values.line);
  const files: FileOutcomes[] = [];
  for (const file of await testFiles(directory, positionals[0] ?? "")) {
    const outcomes = await runFile(directory, file, line);
    files.push({ file, outcomes });
    for (const failure of writeFailures({ file, outcomes })) process.stdout.write(`${failure}\n`);
  }
  if (files.length === 0) throw new Unreadable(`${directory} has no such .test file.`);
  const isWhole = positionals.length === 0 && line === null;
  const stale = isWhole ? staleSkips(files, SKIPS) : [];
  for (const text of writeTable(files)) process.stdout.write(`${text}\n`);
  for (const { feature } of stale) process.stdout.write(`stale skip: ${feature}: no evaluation needs it\n`);
  process.stdout.write(`${writeTotal(files)}\n`);
  const hasFailed = files.some(({ outcomes }) => outcomes.some(({ state }) => state === "failed"));
  return hasFailed || stale.length > 0 ? 1 : 0;
}

async function testFiles(directory: string, part: string): Promise<string[]> {
  const names = await readdir(directory);
  return names.filter((name) => name.endsWith(".test") && name.includes(part)).sort();
}

async function runFile(directory: string, file: string, line: number | null): Promise<Outcome[]> {
  const text = await readFile(join(directory, file), "utf8");
  const outcomes: Outcome[] = [];
  try {
    const isWanted = (evaluation: Evaluation): boolean => line === null || evaluation.line === line;
    const commands = parseScript(text);
    for await (const outcome of runScript(commands, makeEngine, SKIPS, isWanted)) outcomes.push(outcome);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    throw new Unreadable(`${file}:${error.line} ${error.message}`, { cause: error });
  }
  return outcomes;
}

class Unreadable extends Error {}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Unreadable)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
