import type { MetricSample, MetricsAccepted, MetricValue } from "../../../workers/contract/metrics.ts";
import { ok, post, request } from "../../support/api.ts";

export const MINUTE = 60_000;

/** The beginning of an hour that is over, within which tests put their samples. */
export const HOUR_AGO = Math.floor(Date.now() / (60 * MINUTE) - 1) * 60 * MINUTE;

export const iso = (time: number): string => new Date(time).toISOString();

/** One value a minute from a time on; null leaves a minute out. */
export const everyMinute = (
  from: number,
  name: string,
  labels: Record<string, string>,
  values: readonly (MetricValue | null)[],
): MetricSample[] =>
  values.flatMap((value, minute) =>
    value === null ? [] : [{ name, labels, value, timestamp: from + minute * MINUTE }],
  );

/** Stores samples, all of which have to be taken. */
export async function store(metrics: readonly MetricSample[]): Promise<void> {
  const reply = await ok<MetricsAccepted>(post("/api/v1/metrics/batch", { metrics }));
  if (reply.refused.length > 0) throw new Error(JSON.stringify(reply.refused));
}

const PREFIX = "/api/v1/metrics";

export const get = (path: string, query: Record<string, string | number> = {}): Promise<Response> =>
  request(`${PREFIX}/${path}?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))}`);

export const query = (body: Record<string, unknown>): Promise<Response> => post(`${PREFIX}/query`, body);
