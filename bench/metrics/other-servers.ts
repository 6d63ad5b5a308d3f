import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { PrometheusApi } from "./prometheus-api.ts";

const SECONDS_TO_START = 30;

/** A server that Almanac is compared with. */
export interface OtherServer {
  api: PrometheusApi;
  /** Where it keeps its data. */
  dataDir: string;
  pid: number;
  stop(): Promise<void>;
}

export const isInstalled = (program: string): boolean =>
  spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;

/**
 * Starts the Prometheus of this machine.
 *
 * @param configure makes the configuration, from the address that it is going to listen on
 */
export async function startPrometheus(
  directory: string,
  configure: (address: string) => object = () => ({}),
  flags: readonly string[] = [],
): Promise<OtherServer> {
  const address = await freeAddress();
  const dataDir = join(directory, "data");
  await mkdir(directory, { recursive: true });
  const configFile = join(directory, "prometheus.yml");
  // JSON is YAML, too.
  await writeFile(configFile, JSON.stringify(configure(address)));
  return start(address, "/-/ready", dataDir, "prometheus", [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${dataDir}`,
    `--web.listen-address=${address}`,
    "--log.level=error",
    ...flags,
  ]);
}

/** Starts the VictoriaMetrics of this machine. */
export async function startVictoriaMetrics(directory: string): Promise<OtherServer> {
  const address = await freeAddress();
  return start(address, "/health", directory, "victoria-metrics", [
    `-storageDataPath=${directory}`,
    `-httpListenAddr=${address}`,
    "-loggerLevel=ERROR",
  ]);
}

async function start(
  address: string,
  readyPath: string,
  dataDir: string,
  program: string,
  flags: readonly string[],
): Promise<OtherServer> {
  const child = spawn(program, flags, { stdio: ["ignore", "ignore", "inherit"] });
  const exited = once(child, "exit");
  await untilReady(child, `http://${address}${readyPath}`);
  return {
    api: new PrometheusApi(`http://${address}`, null),
    dataDir,
    pid: child.pid ?? 0,
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** An address of this machine that nobody listens on. */
async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `127.0.0.1:${port}`;
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  for (const until = Date.now() + SECONDS_TO_START * 1000; Date.now() < until; await wait(50)) {
    if (child.exitCode !== null) break;
    const response = await fetch(url).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok === true) return;
  }
  child.kill("SIGKILL");
  throw new Error(`${child.spawnfile} does not serve.`);
}
