import type { Client } from "../cli/client.ts";
import { mean } from "../eval/metrics.ts";
import { requestsTo, type Spread, spreadOf, type Timing } from "./requests.ts";

const WARM_UP = 40;

export interface QuerySpeed {
  noop: Spread;
  search: RouteSpeed;
  query: RouteSpeed;
}

export interface RouteSpeed {
  http: Spread;
  worker: Spread;
  /** The mean of each stage, which unlike a percentile adds up. */
  stages: Record<string, number>;
}

/** Asks each question of each route in turn, so that whatever else the machine does weighs on all alike. */
export async function measureQueries(
  client: Client,
  collection: string,
  questions: readonly string[],
): Promise<QuerySpeed> {
  const { noop, search, query } = requestsTo(client, collection);
  for (const question of questions.slice(0, WARM_UP)) {
    for (const ask of [noop, search, query]) await ask(question);
  }
  const times: Record<"noop" | "search" | "query", Timing[]> = { noop: [], search: [], query: [] };
  for (const question of questions.slice(WARM_UP)) {
    times.noop.push(await noop(question));
    times.search.push(await search(question));
    times.query.push(await query(question));
  }
  return {
    noop: spreadOf(times.noop.map(({ httpMs }) => httpMs)),
    search: sumUp(times.search),
    query: sumUp(times.query),
  };
}

function sumUp(times: readonly Timing[]): RouteSpeed {
  const stage = (name: string) => times.map(({ stages }) => stages[name] ?? Number.NaN);
  const names = Object.keys(times[0]?.stages ?? {});
  return {
    http: spreadOf(times.map(({ httpMs }) => httpMs)),
    worker: spreadOf(stage("total")),
    stages: Object.fromEntries(names.map((name) => [name, mean(stage(name))])),
  };
}
