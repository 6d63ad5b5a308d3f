import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../scripts/build.ts";
import { type LocalWorker, startLocalWorker } from "../scripts/local-worker.ts";

/** The built Worker on data of its own. */
export interface TemporaryWorker {
  /** The worker that runs now; another one after {@link restart}. */
  readonly current: LocalWorker;
  /** Ends the process and starts another on the same data: what it held in memory is gone. */
  restart(): Promise<void>;
}

/** Builds what is not built yet, runs `work` against the Worker on an empty data folder, and leaves nothing behind. */
export async function withTemporaryWorker<Result>(
  work: (worker: TemporaryWorker) => Promise<Result>,
): Promise<Result> {
  build();
  // Stdout is for the report: wrangler would name the files it read there, Miniflare repeat what the runtime remarks.
  process.env.WRANGLER_LOG ??= "error";
  console.log = console.error;
  const dataDir = await mkdtemp(join(tmpdir(), "almanac-"));
  const start = () => startLocalWorker({ dataDir, port: 0, vars: { LOG_LEVEL: "silent" } });
  let current = await start();
  try {
    return await work({
      get current() {
        return current;
      },
      async restart() {
        await current.stop();
        current = await start();
      },
    });
  } finally {
    await current.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
