import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isInstalled, type OtherServer, startPrometheus } from "../../bench/metrics/other-servers.ts";
import { type Envelope, PrometheusApi, seriesKey } from "../../bench/metrics/prometheus-api.ts";
import { REMOTE_WRITE_HEADERS, remoteWriteBody } from "../../bench/metrics/remote-write-body.ts";
import { build } from "../../scripts/build.ts";
import { COMPARED_QUERIES, REFUSED_QUERIES } from "./compared-queries.ts";
import { INTERVAL_MS, sampleData } from "./sample-data.ts";
import { type Server, startServer } from "./server.ts";

const canRun = isInstalled("prometheus");
const SCRAPES = 240;
/** The last digits that two orders of adding up may differ in. */
const TOLERANCE = 1e-9;
/** Releases 2 and 3 differ in what lies on the edge of a range: neither a sample nor a subquery's step does so here. */
const PHASE_MS = 123;
const OFF_GRID_MS = 7_000;

const now = Math.floor(Date.now() / 60_000) * 60_000 - OFF_GRID_MS;
const start = now - SCRAPES * INTERVAL_MS + PHASE_MS;
const seconds = (milliseconds: number) => String(milliseconds / 1000);
const span = { start: seconds(now - 3_600_000), end: seconds(now) };

let directory = "";
let server: Server;
let prometheus: OtherServer;
let almanac: PrometheusApi;

beforeAll(async () => {
  if (!canRun) return;
  build();
  directory = await mkdtemp(join(tmpdir(), "almanac-"));
  server = await startServer(join(directory, "almanac"));
  almanac = new PrometheusApi(`${server.url}prometheus`, server.key);
  const flags = ["--web.enable-remote-write-receiver"];
  prometheus = await startPrometheus(join(directory, "prometheus"), undefined, flags);
  const body = remoteWriteBody(sampleData(start, SCRAPES));
  for (const api of [prometheus.api, almanac]) await api.write(body, REMOTE_WRITE_HEADERS);
});

afterAll(async () => {
  await prometheus?.stop();
  await server?.kill();
  if (directory !== "") await rm(directory, { recursive: true, force: true });
});

/** Asks both. */
async function both(path: string, form: Record<string, string> | [string, string][]) {
  const ask = (api: PrometheusApi) => api.post(path, new URLSearchParams(form));
  return { expected: await ask(prometheus.api), got: await ask(almanac) };
}

describe.skipIf(!canRun)("a client of Prometheus' HTTP API", () => {
  it.for(COMPARED_QUERIES)("is told the same about %s", async (query) => {
    for (const time of [now, now - 20 * 60_000]) {
      const { expected, got } = await both("query", { query, time: seconds(time) });
      expect(expected.status).toBe("success");
      expectSame(expected, got);
    }
    if (/\[[^:\]]*\]$|^"/.test(query)) return;
    const { expected, got } = await both("query_range", { query, ...span, step: "60" });
    expectSame(expected, got);
  });

  it.for(REFUSED_QUERIES)("is refused %s", async (query) => {
    const { expected, got } = await both("query", { query, time: seconds(now) });
    expect(expected.status).toBe("error");
    expect(got).toMatchObject({ status: "error", errorType: expected.errorType });
  });

  it("finds the same labels, values and series", async () => {
    const matches: [string, string][] = [
      ["match[]", 'up{job="api"}'],
      ["match[]", "limit"],
    ];
    const asked = [...Object.entries(span), ...matches];
    for (const path of ["labels", "series"]) {
      const { expected, got } = await both(path, asked);
      expect((expected.data as unknown[]).length).toBeGreaterThan(0);
      expect(unordered(got)).toEqual(unordered(expected));
    }
    const form = { ...span, "match[]": 'http_requests_total{code="500"}' };
    for (const label of ["__name__", "instance", "job", "nothing"]) {
      const [expected, got] = [
        await prometheus.api.get(`label/${label}/values`, form),
        await almanac.get(`label/${label}/values`, form),
      ];
      expect(got).toEqual(expected);
    }
  });

  it("gets from the other paths what has the shape it knows", async () => {
    for (const path of ["metadata", "rules", "alerts", "targets", "status/buildinfo", "status/runtimeinfo"]) {
      const [expected, got] = [await prometheus.api.get(path), await almanac.get(path)];
      expect(got.status).toBe("success");
      const known = Object.keys(got.data as object);
      if (path !== "metadata")
        expect(known).toEqual(expect.arrayContaining(Object.keys(expected.data as object)));
    }
  });
});

const unordered = ({ data }: Envelope) =>
  (data as unknown[])
    .map((one) => (typeof one === "string" ? one : seriesKey(one as Record<string, string>)))
    .sort();

type Point = [time: number, value: string];
interface Answer {
  resultType: string;
  result: unknown;
}

function expectSame(expected: Envelope, got: Envelope): void {
  const [theirs, ours] = [expected.data as Answer, got.data as Answer];
  expect(got.status).toBe("success");
  expect(ours.resultType).toBe(theirs.resultType);
  const [a, b] = [pointsOf(theirs), pointsOf(ours)];
  expect([...b.keys()].sort()).toEqual([...a.keys()].sort());
  for (const [series, points] of a) {
    const others = b.get(series) ?? [];
    expect(others.map(([time]) => time)).toEqual(points.map(([time]) => time));
    const wrong = points.filter(([, value], at) => !isClose(value, others[at]?.[1] ?? ""));
    expect(wrong, `${series}: ${JSON.stringify(others.slice(0, 3))}`).toEqual([]);
  }
}

/** The points by their series; those of scalars and strings by no name. */
function pointsOf({ resultType, result }: Answer): Map<string, Point[]> {
  if (resultType === "scalar" || resultType === "string") return new Map([["", [result as Point]]]);
  const all = result as { metric: Record<string, string>; value?: Point; values?: Point[] }[];
  return new Map(
    all.map(({ metric, value, values }) => [
      seriesKey(metric),
      values ?? (value === undefined ? [] : [value]),
    ]),
  );
}

function isClose(a: string, b: string): boolean {
  if (a === b) return true;
  const [x, y] = [Number(a), Number(b)];
  return Math.abs(x - y) <= TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}
