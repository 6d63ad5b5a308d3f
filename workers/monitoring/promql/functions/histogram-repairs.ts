import type { Repair } from "./classic-buckets.ts";
import type { VectorContext } from "./function.ts";
import { forcedMonotonicity, formatG } from "./remarks.ts";

interface Extent extends Repair {
  samples: number;
  firstStep: number;
  lastStep: number;
}

/** Gathers what was repaired of classic histograms into one remark a metric. */
export class Repairs {
  readonly #extents = new Map<string, Extent>();
  readonly #context: VectorContext;
  readonly #argument: number;

  constructor(context: VectorContext, argument: number) {
    this.#context = context;
    this.#argument = argument;
  }

  add(metric: string, repair: Repair, step: number): void {
    const extent = this.#extents.get(metric);
    if (extent === undefined) {
      this.#extents.set(metric, { ...repair, samples: 1, firstStep: step, lastStep: step });
      return;
    }
    extent.samples++;
    extent.firstStep = Math.min(extent.firstStep, step);
    extent.lastStep = Math.max(extent.lastStep, step);
    extent.lowestBound = Math.min(extent.lowestBound, repair.lowestBound);
    extent.highestBound = Math.max(extent.highestBound, repair.highestBound);
    extent.greatestFall = Math.max(extent.greatestFall, repair.greatestFall);
  }

  note(): void {
    for (const [metric, { lowestBound, highestBound, greatestFall, ...extent }] of this.#extents) {
      const buckets = `from buckets ${formatG(lowestBound)} to ${formatG(highestBound)}`;
      const fall = `with a max diff of ${formatG(greatestFall, 2)}`;
      const span = `${this.#time(extent.firstStep)} to ${this.#time(extent.lastStep)}`;
      this.#context.note(
        "info",
        `${forcedMonotonicity(metric)}, ${buckets}, ${fall}, over ${extent.samples} samples from ${span}`,
        this.#argument,
      );
    }
  }

  #time(step: number): string {
    const { start, step: interval } = this.#context.steps;
    return new Date(start + step * interval).toISOString().replace(/\.\d+Z$/, "Z");
  }
}
