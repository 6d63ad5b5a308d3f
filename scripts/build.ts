import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./root.ts";

/** Everything the build reads. */
const INPUTS = [
  "workers/**/*",
  "durable-objects/**/*",
  "dashboard/**/*",
  "assets/**/*",
  "wrangler.toml",
  "package-lock.json",
  "scripts/build.ts",
  "scripts/bundle/*",
];
const STAMP = join(ROOT, "dist/.built");
const SWAGGER_FILES = ["swagger-ui.css", "swagger-ui-bundle.js"];

/**
 * Builds dist/assets (dashboard, API reference, embedding model) and dist/worker (the bundle that a deploy would
 * upload). Does nothing when the inputs are those of the last build.
 */
export function build(): void {
  const stamp = stampOfInputs();
  if (readStamp() === stamp) return;
  rmSync(join(ROOT, "dist"), { recursive: true, force: true });
  mkdirSync(join(ROOT, "dist/assets"), { recursive: true });
  cpSync(join(ROOT, "assets"), join(ROOT, "dist/assets"), {
    recursive: true,
    filter: (path) => !path.endsWith(".md"),
  });
  for (const name of SWAGGER_FILES) {
    cpSync(join(ROOT, "node_modules/swagger-ui-dist", name), join(ROOT, "dist/assets/api-reference", name));
  }
  run("vite", ["build", "dashboard", "--logLevel", "warn"]);
  run("wrangler", ["deploy", "--dry-run", "--outdir", "dist/worker"]);
  writeFileSync(STAMP, stamp);
}

function stampOfInputs(): string {
  const hash = createHash("sha256");
  for (const path of globSync(INPUTS, { cwd: ROOT }).sort()) {
    const { size, mtimeMs } = statSync(join(ROOT, path));
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function readStamp(): string | null {
  try {
    return readFileSync(STAMP, "utf8");
  } catch {
    return null;
  }
}

function run(command: string, args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(join(ROOT, "node_modules/.bin", command), args, {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" },
  });
  if (status === 0) return;
  throw new Error(
    `${command} ${args.join(" ")} failed${error === undefined ? "" : `: ${error.message}`}\n${stdout}${stderr}`,
  );
}

if (import.meta.main) build();
