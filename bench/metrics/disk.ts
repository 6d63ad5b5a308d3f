import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalWorker } from "../../scripts/local-worker.ts";
import { fill } from "./fill.ts";
import { KINDS, type Kind, makeLoad } from "./load.ts";
import { type OtherServer, startPrometheus } from "./other-servers.ts";
import { sealAll } from "./shard-handle.ts";

/** Bytes a sample once it is sealed. */
export interface DiskBytes {
  kind: Kind;
  /** Chunks with their directory, as they stand in rows. */
  samples: number;
  prometheusChunks: number;
  prometheusIndex: number;
}

const SERIES = 1_000;
const SCRAPES = 960;
const INTERVAL_MS = 15_000;

/** Four hours of a thousand series of one kind, in stores of their own. */
export async function measureDisk(): Promise<DiskBytes[]> {
  const measured: DiskBytes[] = [];
  for (const kind of Object.keys(KINDS) as Kind[]) measured.push(await measureKind(kind));
  return measured;
}

async function measureKind(kind: Kind): Promise<DiskBytes> {
  const directory = await mkdtemp(join(tmpdir(), "almanac-disk-"));
  const worker = await startLocalWorker({
    dataDir: join(directory, "almanac"),
    port: 0,
    vars: { LOG_LEVEL: "silent", TELEMETRY_FLUSH_SECONDS: "0" },
  });
  const prometheus = await startPrometheus(join(directory, "prometheus"), undefined, [
    "--web.enable-remote-write-receiver",
    "--web.enable-admin-api",
  ]);
  try {
    const load = makeLoad(SERIES, SCRAPES, [kind]);
    await fill(worker, prometheus, load, Date.now() - SCRAPES * INTERVAL_MS, INTERVAL_MS);
    const { localBytes, sealedSamples } = await sealAll(worker);
    const blocks = await snapshotBytes(prometheus);
    return {
      kind,
      samples: (localBytes.raw ?? 0) / sealedSamples,
      prometheusChunks: blocks.chunks / (SERIES * SCRAPES),
      prometheusIndex: blocks.index / (SERIES * SCRAPES),
    };
  } finally {
    await worker.stop();
    await prometheus.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Writes everything that Prometheus has in memory to blocks, too. */
async function snapshotBytes({ api, dataDir }: OtherServer): Promise<{ chunks: number; index: number }> {
  const { data } = await api.post("admin/tsdb/snapshot", {});
  const snapshot = join(dataDir, "snapshots", (data as { name: string }).name);
  let chunks = 0;
  let index = 0;
  for (const file of await readdir(snapshot, { recursive: true })) {
    const { size } = await stat(join(snapshot, file));
    if (/chunks\/\d+$/.test(file)) chunks += size;
    else if (file.endsWith("index")) index += size;
  }
  return { chunks, index };
}
