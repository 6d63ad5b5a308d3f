import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The key to use where none is named: ALMANAC_KEY, or the admin's that `npm start` left in this folder, which is
 * only ever sent to this machine.
 */
export function keyFor(url: string): string | null {
  if (process.env.ALMANAC_KEY) return process.env.ALMANAC_KEY;
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname);
  if (!isLocal) return null;
  try {
    return readFileSync(join(process.cwd(), ".almanac/admin-key"), "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
