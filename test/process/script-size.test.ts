import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { ROOT } from "../../scripts/root.ts";

/** Far below what Cloudflare takes, and little to load when an isolate starts. */
const BUDGET = 1.05 * 1024 * 1024;

it("keeps the script small", () => {
  const script = readFileSync(join(ROOT, "dist/worker/index.js"));
  expect(gzipSync(script).length).toBeLessThan(BUDGET);
});
