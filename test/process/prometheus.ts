import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { PrometheusApi } from "./prometheus-api.ts";

const SECONDS_TO_START = 30;

export interface Prometheus {
  api: PrometheusApi;
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
): Promise<Prometheus> {
  const address = `127.0.0.1:${await freePort()}`;
  await mkdir(directory, { recursive: true });
  const configFile = join(directory, "prometheus.yml");
  // JSON is YAML, too.
  await writeFile(configFile, JSON.stringify(configure(address)));
  const child = spawn(
    "prometheus",
    [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(directory, "data")}`,
      `--web.listen-address=${address}`,
      "--log.level=error",
      ...flags,
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const exited = once(child, "exit");
  await untilReady(child, address);
  return {
    api: new PrometheusApi(`http://${address}`, null),
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function untilReady(child: ChildProcess, address: string): Promise<void> {
  for (const until = Date.now() + SECONDS_TO_START * 1000; Date.now() < until; await wait(50)) {
    if (child.exitCode !== null) break;
    const response = await fetch(`http://${address}/-/ready`).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok === true) return;
  }
  child.kill("SIGKILL");
  throw new Error("Prometheus does not serve.");
}
