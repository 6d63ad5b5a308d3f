import type { PrometheusApi, SeriesPoints } from "../../bench/metrics/prometheus-api.ts";

const PIECE_MS = 60_000;

/**
 * Reads every sample that was scraped in a span of time, piece by piece.
 *
 * @param from milliseconds since 1970, not included
 * @param until included
 * @param closed whether the left end of a range belongs to it, as it does before Prometheus 3
 */
export async function readBack(
  api: PrometheusApi,
  from: number,
  until: number,
  { closed }: { closed: boolean },
): Promise<SeriesPoints> {
  const all: SeriesPoints = new Map();
  for (let start = from; start < until; start += PIECE_MS) {
    const end = Math.min(start + PIECE_MS, until);
    const width = end - start - (closed ? 1 : 0);
    const query = `{instance!=""}[${width}ms]`;
    for (const [series, points] of await api.series("query", { query, time: String(end / 1000) }))
      all.set(series, [...(all.get(series) ?? []), ...points]);
  }
  return all;
}

/** What two sides do not agree on, a line each; the first few. */
export function differences(expected: SeriesPoints, got: SeriesPoints): string[] {
  const lines: string[] = [];
  for (const series of new Set([...expected.keys(), ...got.keys()])) {
    const [a, b] = [expected.get(series) ?? [], got.get(series) ?? []];
    const at = Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i).find(
      (i) => a[i]?.[0] !== b[i]?.[0] || a[i]?.[1] !== b[i]?.[1],
    );
    if (at !== undefined)
      lines.push(`${series}: ${a.length} and ${b.length} points, first differing: ${a[at]} and ${b[at]}`);
  }
  return lines.slice(0, 10);
}
