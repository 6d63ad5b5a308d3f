import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { build } from "../../scripts/build.ts";
import { type Server, startServer } from "./server.ts";

export interface RestartableServer extends Readonly<Server> {
  /** Starts it again after a kill, on the same data but at another address: url, key and client are new. */
  start(): Promise<void>;
}

/** A server of the built Worker on a data folder of its own, there while the tests of the calling file run. */
export function useServer(): RestartableServer {
  let dataDir = "";
  let server: Server;

  async function start(): Promise<void> {
    server = await startServer(dataDir);
  }

  beforeAll(async () => {
    build();
    dataDir = await mkdtemp(join(tmpdir(), "almanac-"));
    await start();
  });

  afterAll(async () => {
    await server.kill();
    await rm(dataDir, { recursive: true, force: true });
  });

  return {
    get url() {
      return server.url;
    },
    get key() {
      return server.key;
    },
    get client() {
      return server.client;
    },
    kill: () => server.kill(),
    start,
  };
}
