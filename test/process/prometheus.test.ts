import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { isInstalled, type OtherServer, startPrometheus } from "../../bench/metrics/other-servers.ts";
import { PrometheusApi } from "../../bench/metrics/prometheus-api.ts";
import { build } from "../../scripts/build.ts";
import { codeBlocksOf } from "./doc-pages.ts";
import { type Exporter, startExporter } from "./exporter.ts";
import { startKeyGateway } from "./key-gateway.ts";
import { differences, readBack } from "./read-back.ts";
import { type Server, startServer } from "./server.ts";

const execute = promisify(execFile);
const canRun = isInstalled("prometheus") && isInstalled("promtool");
const SCRAPES = 8;

let directory = "";
let server: Server;
let exporter: Exporter;
let prometheus: OtherServer;
let almanac: PrometheusApi;
let startedAt = 0;
/** Everything up to here is compared. */
let until = 0;

beforeAll(async () => {
  if (!canRun) return;
  build();
  directory = await mkdtemp(join(tmpdir(), "almanac-"));
  server = await startServer(join(directory, "almanac"));
  exporter = await startExporter();
  almanac = new PrometheusApi(`${server.url}prometheus`, server.key);
  startedAt = Date.now();
  prometheus = await startPrometheus(join(directory, "prometheus"), configuration);
  await vi.waitFor(() => expect(exporter.scrapes).toBeGreaterThan(SCRAPES), { timeout: 30_000 });
  await exporter.stop();
  await vi.waitFor(async () => expect((await points(prometheus.api, "odd")).size).toBe(0), {
    timeout: 30_000,
  });
  until = Date.now();
});

afterAll(async () => {
  await prometheus?.stop();
  await exporter?.stop();
  await server?.kill();
  if (directory !== "") await rm(directory, { recursive: true, force: true });
});

/** Scrapes itself, Almanac and the exporter, and sends everything to Almanac. */
function configuration(address: string): object {
  const authorization = { credentials: server.key };
  const target = (job_name: string, targets: string[]) => ({ job_name, static_configs: [{ targets }] });
  return {
    global: { scrape_interval: "1s", scrape_timeout: "900ms" },
    scrape_configs: [
      target("prometheus", [address]),
      { ...target("service", [new URL(server.url).host]), authorization },
      target("exporter", [exporter.address]),
    ],
    remote_write: [
      { url: `${almanac.url}/api/v1/write`, authorization, queue_config: { batch_send_deadline: "1s" } },
    ],
  };
}

const points = (api: PrometheusApi, query: string) =>
  api.series("query", { query, time: String(Date.now() / 1000) });

describe.skipIf(!canRun)("a Prometheus that writes to Almanac", () => {
  it("finds every sample there, with its time and its value", async () => {
    const expected = await readBack(prometheus.api, startedAt, until, { closed: true });
    expect(expected.size).toBeGreaterThan(500);
    await vi.waitFor(
      async () => {
        const got = await readBack(almanac, startedAt, until, { closed: false });
        expect(differences(expected, got)).toEqual([]);
      },
      { timeout: 20_000, interval: 500 },
    );
  });

  it("finds series gone there at the moment at which they went", async () => {
    const form = { start: String(startedAt / 1000), end: String(until / 1000), step: "0.25" };
    for (const query of ["odd", "turns_total", "up", 'count({job="exporter"})']) {
      const expected = await prometheus.api.series("query_range", { ...form, query });
      expect(expected.size).toBeGreaterThan(0);
      expect(differences(expected, await almanac.series("query_range", { ...form, query })), query).toEqual(
        [],
      );
    }
    const gone = { query: "odd", time: String(until / 1000) };
    expect(await almanac.series("query", gone)).toEqual(new Map());
  });

  it("scrapes Almanac each time without a fault", async () => {
    const ups = await points(prometheus.api, 'min_over_time(up{job="service"}[1m])');
    expect([...ups.values()].flat().map(([, value]) => value)).toEqual(["1"]);
  });
});

describe.skipIf(!canRun)("promtool", () => {
  it("has nothing to say against /metrics", async () => {
    const exposition = await (await server.client.request("GET", "/metrics")).text();
    const check = execute("promtool", ["check", "metrics"]);
    check.child.stdin?.end(exposition);
    expect(await check).toEqual({ stdout: "", stderr: "" });
  });

  it("takes the configurations of docs/prometheus.md", async () => {
    const blocks = codeBlocksOf("docs/prometheus.md").filter(({ code }) =>
      /^(?:remote_write|scrape_configs):/.test(code),
    );
    expect(blocks).toHaveLength(2);
    for (const { code } of blocks) {
      const file = join(directory, "documented.yml");
      await writeFile(file, code);
      await execute("promtool", ["check", "config", "--syntax-only", file]);
    }
  });

  it("asks both the same and gets the same", async () => {
    const gateway = await startKeyGateway(new URL(server.url), server.key);
    onTestFinished(() => gateway.stop());
    const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(3);
    const span = [`--start=${seconds(startedAt)}`, `--end=${seconds(until)}`];
    const questions = [
      (url: string) => ["instant", `--time=${seconds(until)}`, url, "sum by (job) (up)"],
      (url: string) => ["range", ...span, "--step=1s", url, "turns_total"],
      (url: string) => ["series", "--match=turns_total", ...span, url],
      (url: string) => ["labels", ...span, url, "instance"],
    ];
    for (const question of questions) {
      const ask = async (url: string) => {
        const { stdout } = await execute("promtool", ["query", ...question(url)]);
        return stdout.split("\n").sort();
      };
      const expected = await ask(prometheus.api.url);
      expect(expected.join("")).not.toBe("");
      expect(await ask(`${gateway.url}/prometheus`)).toEqual(expected);
    }
  });
});
