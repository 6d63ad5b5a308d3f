import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { ROOT } from "./root.ts";

const FILE = join(ROOT, ".dev.vars");
const SECRETS = ["CURSOR_SECRET", "AUTH_SECRET", "AUDIT_SIGNING_KEY", "SETUP_TOKEN"];

/** This machine's own secrets, made on first use, in the file that `wrangler dev` reads too. Git ignores it. */
export function localSecrets(): Record<string, string> {
  const known = existsSync(FILE) ? (parseEnv(readFileSync(FILE, "utf8")) as Record<string, string>) : {};
  const missing = SECRETS.filter((name) => known[name] === undefined);
  if (missing.length === 0) return known;
  const made = Object.fromEntries(missing.map((name) => [name, randomBytes(32).toString("base64url")]));
  const all = { ...known, ...made };
  writeFileSync(
    FILE,
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
    { mode: 0o600 },
  );
  return all;
}

if (import.meta.main) localSecrets();
