import { QueryError } from "../../workers/monitoring/promql/evaluate/query-error.ts";
import { parse } from "../../workers/monitoring/promql/syntax/parse.ts";
import { print } from "../../workers/monitoring/promql/syntax/print.ts";
import { PromqlSyntaxError } from "../../workers/monitoring/promql/syntax/syntax-error.ts";
import { otherTimes, pinToTime } from "./at-variants.ts";
import { compareAnnotations, compareValue } from "./compare.ts";
import type { Engine } from "./engine.ts";
import { Mismatch } from "./mismatch.ts";
import type { Annotated, ResultSeries } from "./result.ts";
import type { Evaluation, Expectation, TimeRange } from "./script.ts";

const MINUTE = 60_000;
/** What a range query resolves otherwise than an instant one. */
const DEPENDS_ON_RANGE = /(?:start|end|range|step)\(\)/;

/**
 * Runs a query as Prometheus' own runner does (promql/promqltest/test.go: execEval): an instant one also pinned by `@`
 * and evaluated at other times, and each of these also as the middle of a range query.
 *
 * @throws Mismatch
 */
export async function runEvaluation(engine: Engine, evaluation: Evaluation): Promise<void> {
  const { query, when, expectation } = evaluation;
  if (!("at" in when)) {
    await expectResult(expectation, when, () => engine.range(query, when));
    return;
  }
  await runInstant(engine, expectation, query, when.at);
  const pinned = pinnedQuery(query, when.at);
  if (pinned === null) return;
  for (const time of otherTimes(when.at))
    await inForm(`${pinned} at ${time} ms`, () => runInstant(engine, expectation, pinned, time));
}

async function runInstant(
  engine: Engine,
  expectation: Expectation,
  query: string,
  at: number,
): Promise<void> {
  const { value, failure } = expectation;
  const rangeVector = value.type === "series" ? value.rangeVector : null;
  const times = { start: at, end: at, step: 0 };
  await expectResult(expectation, rangeVector ?? times, () => engine.instant(query, at));
  const isOfOneInstant = value.type !== "string" && rangeVector === null && !DEPENDS_ON_RANGE.test(query);
  if (!isOfOneInstant || failure !== null) return;
  await inForm("within a range", async () => {
    const range = { start: at - MINUTE, end: at + MINUTE, step: MINUTE };
    const { value: matrix } = await engine.range(query, range);
    if (expectation.isOrdered) return;
    if (matrix.type !== "matrix") throw new Mismatch("a matrix", matrix.type);
    const series = seriesAt(matrix.series, at);
    const scalar = { type: "scalar", value: series[0]?.points[0]?.value ?? Number.NaN } as const;
    compareValue(value, value.type === "scalar" ? scalar : { type: "vector", series }, false, times);
  });
}

async function expectResult(
  expectation: Expectation,
  times: TimeRange,
  run: () => Promise<Annotated>,
): Promise<void> {
  const { failure } = expectation;
  const outcome = await run().catch((error: unknown) => {
    if (failure === null || !isAnswer(error)) throw error;
    return error;
  });
  if (outcome instanceof Error) {
    if (failure?.matches(outcome.message)) return;
    throw new Mismatch(`error: ${failure?.description}`, outcome.message);
  }
  if (failure !== null) throw new Mismatch(`error: ${failure.description}`, "a result");
  compareAnnotations("warning", expectation.warnings, outcome.warnings);
  compareAnnotations("info", expectation.infos, outcome.infos);
  compareValue(expectation.value, outcome.value, expectation.isOrdered, times);
}

function seriesAt(series: readonly ResultSeries[], time: number): ResultSeries[] {
  return series.flatMap(({ labels, points }) => {
    const point = points.find((candidate) => candidate.time === time);
    return point === undefined ? [] : [{ labels, points: [point] }];
  });
}

/** Null also for a query that cannot be parsed. */
function pinnedQuery(query: string, time: number): string | null {
  try {
    const pinned = pinToTime(parse(query), time);
    return pinned === null ? null : print(pinned);
  } catch (error) {
    if (error instanceof PromqlSyntaxError) return null;
    throw error;
  }
}

/** Says in what form the query was run that failed. */
async function inForm(form: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { expected, got } = mismatchOf(error);
    throw new Mismatch(expected, `${got} [${form}]`);
  }
}

/** What went wrong; of an error that is no answer to a query, also where it comes from. */
export function mismatchOf(error: unknown): Mismatch {
  if (error instanceof Mismatch) return error;
  if (!(error instanceof Error)) throw error;
  return new Mismatch("a result", `error: ${isAnswer(error) ? error.message : error.stack}`);
}

function isAnswer(error: unknown): error is QueryError | PromqlSyntaxError {
  return error instanceof QueryError || error instanceof PromqlSyntaxError;
}
