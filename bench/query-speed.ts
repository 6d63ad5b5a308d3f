import { type Ask, requestsTo, type Spread, spreadOf } from "./requests.ts";

const WARM_UP = 40;

export interface QuerySpeed {
  noop: Spread;
  search: { http: Spread; worker: Spread };
  query: { http: Spread; worker: Spread };
}

/** Asks each question of each route in turn, so that whatever else the machine does weighs on all alike. */
export async function measureQueries(
  base: URL,
  collection: string,
  questions: readonly string[],
): Promise<QuerySpeed> {
  const { noop, search, query } = requestsTo(base, collection);
  for (const question of questions.slice(0, WARM_UP)) {
    for (const ask of [noop, search, query]) await ask(question);
  }
  const times = { noop: emptyTimes(), search: emptyTimes(), query: emptyTimes() };
  for (const question of questions.slice(WARM_UP)) {
    await note(times.noop, noop, question);
    await note(times.search, search, question);
    await note(times.query, query, question);
  }
  const spreads = ({ http, worker }: Times) => ({ http: spreadOf(http), worker: spreadOf(worker) });
  return { noop: spreadOf(times.noop.http), search: spreads(times.search), query: spreads(times.query) };
}

interface Times {
  http: number[];
  worker: number[];
}

const emptyTimes = (): Times => ({ http: [], worker: [] });

async function note(times: Times, ask: Ask, question: string): Promise<void> {
  const { httpMs, workerMs } = await ask(question);
  times.http.push(httpMs);
  if (workerMs !== null) times.worker.push(workerMs);
}
