import { OWN_METRICS } from "./catalog.ts";
import type { Measured, OwnDistribution, OwnValue } from "./meter.ts";

/** Counters and histograms since the service was first started, gauges as they were last. */
export interface OwnTotals extends Measured {
  gauges: OwnValue[];
}

/** Adds up what isolates measured. */
export class TotalsBook {
  readonly #counters = new Map<string, OwnValue>();
  readonly #histograms = new Map<string, OwnDistribution>();
  #gauges: OwnValue[] = [];

  constructor(totals?: OwnTotals) {
    if (totals === undefined) return;
    this.add(totals);
    this.#gauges = totals.gauges;
  }

  /** Leaves out what the running version does not know any more. */
  add({ counters, histograms }: Measured): void {
    for (const counter of counters) {
      if (!(counter.name in OWN_METRICS)) continue;
      const before = this.#counters.get(keyOf(counter))?.value ?? 0;
      this.#counters.set(keyOf(counter), { ...counter, value: before + counter.value });
    }
    for (const histogram of histograms) {
      if (!(histogram.name in OWN_METRICS)) continue;
      const before = this.#histograms.get(keyOf(histogram));
      this.#histograms.set(keyOf(histogram), before === undefined ? histogram : together(before, histogram));
    }
  }

  /** All gauges at once: what is not among them is gone. */
  setGauges(gauges: OwnValue[]): void {
    this.#gauges = gauges;
  }

  totals(): OwnTotals {
    return {
      counters: [...this.#counters.values()],
      histograms: [...this.#histograms.values()],
      gauges: this.#gauges,
    };
  }
}

/** With other bounds than before, the histogram begins anew, as a counter does at a restart. */
function together(before: OwnDistribution, after: OwnDistribution): OwnDistribution {
  if (before.counts.length !== after.counts.length) return after;
  return {
    ...after,
    counts: after.counts.map((count, bucket) => count + (before.counts[bucket] ?? 0)),
    sum: before.sum + after.sum,
  };
}

const keyOf = ({ name, labels }: Pick<OwnValue, "name" | "labels">): string =>
  `${name}\n${labels.join("\n")}`;
