import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "../../process/server.ts";
import { sessionCookies } from "./sign-in.ts";

/** Serves the built Worker on a data folder of its own while the browser tests run, unless ALMANAC_URL names a server. */
export default async function serveOnce(): Promise<(() => Promise<void>) | undefined> {
  const { ALMANAC_URL, ALMANAC_KEY } = process.env;
  if (ALMANAC_URL !== undefined) {
    if (ALMANAC_KEY === undefined) throw new Error("Set ALMANAC_KEY to a key of an admin of that server.");
    process.env.ALMANAC_COOKIES = JSON.stringify(await sessionCookies(ALMANAC_URL, ALMANAC_KEY));
    return undefined;
  }
  const dataDir = await mkdtemp(join(tmpdir(), "almanac-"));
  const server = await startServer(dataDir);
  process.env.ALMANAC_URL = server.url;
  process.env.ALMANAC_KEY = server.key;
  process.env.ALMANAC_COOKIES = JSON.stringify(await sessionCookies(server.url, server.key));
  return async () => {
    await server.kill();
    await rm(dataDir, { recursive: true, force: true });
  };
}
