import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withTemporaryWorker } from "../../eval/temporary-worker.ts";
import type { LocalWorker } from "../../scripts/local-worker.ts";
import { measureShard, type ShardSpeed } from "./append.ts";
import { type ChunkSize, measureChunks } from "./chunk-bytes.ts";
import { type DecodingSpeed, measureDecoding } from "./decode.ts";
import { type DiskBytes, measureDisk } from "./disk.ts";
import { type IngestSpeed, measureIngest } from "./ingest.ts";
import { type FanOut, measureFanOut } from "./live-sockets.ts";
import { isInstalled, type OtherServer, startPrometheus, startVictoriaMetrics } from "./other-servers.ts";
import { measurePromql, type QueryCost } from "./promql.ts";
import { measureMetricQueries, type QueryTimes } from "./query-speed.ts";

/** The metrics engine: its parts alone, then the whole beside other servers where they are installed. */
export interface MetricsMeasured {
  chunks: ChunkSize[];
  decoding: DecodingSpeed;
  promql: QueryCost[];
  shard: ShardSpeed;
  ingest: IngestSpeed;
  fanOut: FanOut[];
  /** Null without Prometheus. */
  compared: { disk: DiskBytes[]; queries: QueryTimes[] } | null;
}

export interface MetricsExtent {
  ingest: { rounds: number; scrapes: number };
  queriedSeries: number;
  sockets: number[];
}

/** @param say is told what is measured next */
export async function measureMetrics(
  extent: MetricsExtent,
  say: (what: string) => void,
): Promise<MetricsMeasured> {
  say("measuring the parts of the metrics engine");
  const parts = {
    chunks: measureChunks(),
    decoding: measureDecoding(),
    promql: await measurePromql(extent.queriedSeries),
    shard: await measureShard(),
  };
  const fanOut: FanOut[] = [];
  for (const sockets of extent.sockets) {
    say(`opening ${sockets} sockets`);
    fanOut.push(await measureFanOut((work) => withTemporaryWorker(({ current }) => work(current)), sockets));
  }
  say("sending samples");
  const ingest = await besideOthers((worker, others) =>
    measureIngest(worker, others, extent.ingest.rounds, extent.ingest.scrapes),
  );
  if (!isInstalled("prometheus")) return { ...parts, fanOut, ingest, compared: null };
  say("weighing samples on disk");
  const disk = await measureDisk();
  say(`querying ${extent.queriedSeries} series`);
  const queries = await besideOthers((worker, { Prometheus: prometheus }) => {
    if (prometheus === undefined) throw new Error("Prometheus went away.");
    return measureMetricQueries(worker, prometheus, extent.queriedSeries);
  });
  return { ...parts, fanOut, ingest, compared: { disk, queries } };
}

/** Runs `work` with a Worker and those of the other servers that are installed, all of them empty. */
async function besideOthers<Result>(
  work: (worker: LocalWorker, others: Record<string, OtherServer>) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "almanac-others-"));
  const others: Record<string, OtherServer> = {};
  try {
    if (isInstalled("prometheus"))
      others.Prometheus = await startPrometheus(join(directory, "prometheus"), undefined, [
        "--web.enable-remote-write-receiver",
      ]);
    if (isInstalled("victoria-metrics"))
      others.VictoriaMetrics = await startVictoriaMetrics(join(directory, "victoria"));
    return await withTemporaryWorker(({ current }) => work(current, others));
  } finally {
    for (const other of Object.values(others)) await other.stop();
    await rm(directory, { recursive: true, force: true });
  }
}
