import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { localSecrets } from "../../scripts/local-secrets.ts";
import { ROOT } from "../../scripts/root.ts";

/** One shard alone: what it takes, how soon it is back, what a query costs it. */
export interface ShardSpeed {
  /** Appended in batches of 10,000 samples of known series, each durable before the next. */
  samplesASecond: number;
  /** From a restart to the first answer. */
  restart: { walSamples: number; seconds: number };
  /** Chunks of an hour of all series, unsealed. */
  select: { series: number; seconds: number; bytes: number };
}

/** Asked from within, so that what is measured is the shard and not the way to it. */
const DRIVER = `
  import { fill, readAll } from "./bench/metrics/append-driver.ts";
  import { MetricShard } from "./durable-objects/metric-shard.ts";
  export { default } from "./bench/metrics/append-driver.ts";
  export class MeasuredShard extends MetricShard {
    fill(...given) { return fill(this, ...given); }
    readAll(...given) { return readAll(this, ...given); }
  }`;

const SERIES = 10_000;
const INTERVAL_MS = 15_000;
const HOUR_MS = 3_600_000;
const SCRAPES = 190;
const WARM_UP = 8;

export async function measureShard(): Promise<ShardSpeed> {
  const dataDir = await mkdtemp(join(tmpdir(), "almanac-shard-"));
  let driver = await startDriver(dataDir);
  try {
    const until = Date.now() - INTERVAL_MS;
    const from = until - SCRAPES * INTERVAL_MS;
    await driver.ask(`/fill?series=${SERIES}&scrapes=${WARM_UP}&until=${from}`);
    const fill = await driver.ask(`/fill?series=${SERIES}&scrapes=${SCRAPES}&until=${until}`);
    const read = `/read?start=${until - HOUR_MS}&end=${until}`;
    await driver.ask(read);
    const select = await driver.ask(read);
    await driver.stop();
    driver = await startDriver(dataDir);
    const restart = await driver.ask("/stats");
    const { headSamples } = restart.answer as { headSamples: number };
    return {
      samplesASecond: Number(fill.answer) / fill.seconds,
      restart: { walSamples: headSamples, seconds: restart.seconds },
      select: { series: SERIES, seconds: select.seconds, bytes: Number(select.answer) },
    };
  } finally {
    await driver.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

export function formatShard({ samplesASecond, restart, select }: ShardSpeed): string {
  return [
    "One shard of the metrics, asked from within",
    `  appends ${samplesASecond.toFixed(0)} samples a second, durable`,
    `  is back in ${restart.seconds.toFixed(2)} s with ${restart.walSamples} unsealed samples`,
    `  gives an hour of ${select.series} series in ${(select.seconds * 1000).toFixed(0)} ms ` +
      `(${(select.bytes / 1e6).toFixed(0)} MB)`,
  ].join("\n");
}

interface Driver {
  ask(path: string): Promise<{ answer: unknown; seconds: number }>;
  stop(): Promise<void>;
}

async function startDriver(dataDir: string): Promise<Driver> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      cf: false,
      port: 0,
      resourcePersistencePath: dataDir,
      workers: [
        {
          name: "shard-driver",
          compatibilityDate: "2026-11-02",
          compatibilityFlags: ["nodejs_compat"],
          modules: [{ type: "ESModule", path: "driver.js", contents: await bundleDriver() }],
          r2Buckets: ["DOCUMENTS"],
          bindings: { ...localSecrets(), ENVIRONMENT: "test", LOG_LEVEL: "error" },
          durableObjects: { METRIC_SHARD: { className: "MeasuredShard", useSQLite: true } },
        },
      ],
    }),
  );
  const url = await miniflare.ready;
  return {
    async ask(path) {
      const startedAt = performance.now();
      const response = await fetch(new URL(path, url));
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
      return { answer: await response.json(), seconds: (performance.now() - startedAt) / 1000 };
    },
    stop: () => miniflare.dispose(),
  };
}

async function bundleDriver(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: DRIVER, resolveDir: ROOT },
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["workerd"],
    external: ["cloudflare:*", "node:*"],
  });
  return outputFiles.map(({ text }) => text).join("");
}
