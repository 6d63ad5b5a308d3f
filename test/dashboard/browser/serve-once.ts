import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../../process/server.ts";

/** Serves the built Worker on a data folder of its own while the browser tests run, unless ALMANAC_URL names a server. */
export default async function serveOnce(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.ALMANAC_URL !== undefined) return undefined;
  const dataDir = await mkdtemp(join(tmpdir(), "almanac-"));
  const server = await startServer(dataDir);
  process.env.ALMANAC_URL = server.url;
  process.env.ALMANAC_KEY = server.key;
  return async () => {
    await server.kill();
    await rm(dataDir, { recursive: true, force: true });
  };
}
