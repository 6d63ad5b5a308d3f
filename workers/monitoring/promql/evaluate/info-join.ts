import { Labels, METRIC_NAME } from "../../model/labels.ts";
import type { Matcher } from "../../model/matcher.ts";
import { ABSENT, type StepSeries } from "../values.ts";
import { labelsText } from "./matching.ts";
import { QueryError } from "./query-error.ts";
import { copyStep, newSeries } from "./step-series.ts";

/** An info series belongs to the series with which it shares these labels. */
export const IDENTIFYING_LABELS = ["instance", "job"] as const;

const IDENTITY: ReadonlySet<string> = new Set(IDENTIFYING_LABELS);

/** Adds the labels of info series to other series. */
export class InfoJoin {
  /** By identity and metric's name. */
  readonly #infos = new Map<string, Map<string, StepSeries[]>>();
  /** Null: all of them. */
  readonly #wanted: ReadonlySet<string> | null;
  readonly #needsInfo: boolean;

  /**
   * @param infos at each step, when its sample was taken, in seconds
   * @param matchers of the labels that are wanted; none: all are
   */
  constructor(infos: readonly StepSeries[], matchers: readonly Matcher[]) {
    this.#wanted = matchers.length === 0 ? null : new Set(matchers.map(({ name }) => name));
    this.#needsInfo = matchers.some(({ matches }) => !matches(""));
    for (const info of infos) {
      const identity = identityOf(info.labels);
      const byName = this.#infos.get(identity) ?? new Map<string, StepSeries[]>();
      this.#infos.set(identity, byName);
      byName.set(info.labels.metricName, [...(byName.get(info.labels.metricName) ?? []), info]);
    }
  }

  /**
   * A series in pieces, each for the steps at which it gets the same labels.
   *
   * @throws QueryError where info series contradict each other
   */
  enrich(series: StepSeries): StepSeries[] {
    const byName = [...(this.#infos.get(identityOf(series.labels))?.values() ?? [])];
    if (byName.length === 0) return this.#needsInfo ? [] : [series];
    const pieces = new Map<string, StepSeries>();
    for (let step = 0; step < series.kinds.length; step++) {
      if (series.kinds[step] === ABSENT) continue;
      const infos = byName.flatMap((ofOneName) => newest(ofOneName, step) ?? []);
      if (infos.length === 0 && this.#needsInfo) continue;
      const key = infos.map(({ labels }) => labels.key).join("\n");
      let piece = pieces.get(key);
      if (piece === undefined) {
        piece = newSeries(this.#join(series.labels, infos), series.dropsName, series.kinds.length);
        pieces.set(key, piece);
      }
      copyStep(series, piece, step);
    }
    return [...pieces.values()];
  }

  #join(labels: Labels, infos: readonly StepSeries[]): Labels {
    const added = new Map<string, string>();
    for (const info of infos) {
      for (const [name, value] of info.labels) {
        if (name === METRIC_NAME || labels.has(name) || this.#wanted?.has(name) === false) continue;
        if ((added.get(name) ?? value) !== value) {
          throw new QueryError("execution", `conflicting label: ${name}`);
        }
        added.set(name, value);
      }
    }
    return Labels.from([...labels, ...added]);
  }
}

const identityOf = (labels: Labels): string => labels.keep(IDENTITY).key;

/** The info series of a metric whose sample at a step is the newest. */
function newest(infos: readonly StepSeries[], step: number): StepSeries | null {
  let found: StepSeries | null = null;
  for (const info of infos) {
    if (info.kinds[step] === ABSENT) continue;
    const time = info.values[step] ?? 0;
    const best = found?.values[step] ?? Number.NEGATIVE_INFINITY;
    if (found !== null && time === best) {
      const [existing, other] = [found, info].map(({ labels }) => `${labelsText(labels)} @ ${time * 1000}`);
      const message = `found duplicate series for info metric: existing ${existing}, new ${other}`;
      throw new QueryError("execution", message);
    }
    if (time > best) found = info;
  }
  return found;
}
