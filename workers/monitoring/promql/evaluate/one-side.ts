import type { Labels } from "../../model/labels.ts";
import { ABSENT, type StepSeries, type Vector } from "../values.ts";
import type { Budget } from "./budget.ts";
import { labelsText } from "./matching.ts";
import { QueryError } from "./query-error.ts";
import { samplesOf } from "./step-series.ts";

/** Two elements with the same match group at one step. */
interface Duplicate {
  readonly group: Labels;
  readonly first: StepSeries;
  readonly second: StepSeries;
}

/** The elements of one match group on the "one" side. */
export class OneGroup {
  readonly series: StepSeries[] = [];
  /** The steps at which the "many" side has an element; kept where what it lacks is filled in. */
  matched: Uint8Array | null = null;
  readonly #claims = new Map<string, Uint8Array[]>();

  /**
   * Notes the steps at which a result with these labels was made.
   *
   * @returns false where another one was made at one of these steps
   */
  claim(key: string, steps: Uint8Array): boolean {
    const others = this.#claims.get(key);
    if (others === undefined) {
      this.#claims.set(key, [steps]);
      return true;
    }
    const isFree = others.every((other) =>
      steps.every((step, at) => step === ABSENT || other[at] === ABSENT),
    );
    others.push(steps);
    return isFree;
  }

  isPresent(step: number): boolean {
    return this.series.some(({ kinds }) => kinds[step] !== ABSENT);
  }
}

/**
 * The side of a matching of which at most one element may have each match group; it is held whole. Two elements with
 * the same group are an error only at a step at which there is anything to match them with.
 */
export class OneSide {
  readonly groups = new Map<string, OneGroup>();
  /** What the side is called in errors. */
  readonly #name: "left" | "right";
  readonly #duplicates = new Map<number, Duplicate>();
  #held = 0;

  constructor(name: "left" | "right") {
    this.#name = name;
  }

  get held(): number {
    return this.#held;
  }

  async collect(vector: Vector, groupOf: (labels: Labels) => Labels, budget: Budget): Promise<void> {
    for await (const batch of vector) {
      for (const series of batch) {
        const samples = samplesOf(series);
        budget.hold(samples);
        this.#held += samples;
        const labels = groupOf(series.labels);
        let group = this.groups.get(labels.key);
        if (group === undefined) {
          group = new OneGroup();
          this.groups.set(labels.key, group);
        }
        for (const other of group.series) this.#noteDuplicates(labels, other, series);
        group.series.push(series);
      }
    }
  }

  /** @throws QueryError where there are duplicates at one of the steps */
  rejectDuplicates(steps: Uint8Array): void {
    for (const [step, { group, first, second }] of this.#duplicates) {
      if (steps[step] === ABSENT) continue;
      const pair = `[${[first, second]
        .map(({ labels }) => labelsText(labels))
        .sort()
        .join(", ")}]`;
      throw new QueryError(
        "execution",
        `found duplicate series for the match group ${labelsText(group)} on the ${this.#name} hand-side of the operation: ${pair};many-to-many matching not allowed: matching labels must be unique on one side`,
      );
    }
  }

  #noteDuplicates(group: Labels, first: StepSeries, second: StepSeries): void {
    for (let step = 0; step < first.kinds.length; step++) {
      if (first.kinds[step] === ABSENT || second.kinds[step] === ABSENT) continue;
      if (!this.#duplicates.has(step)) this.#duplicates.set(step, { group, first, second });
    }
  }
}
