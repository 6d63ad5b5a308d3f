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

/** The steps at which a result was made: those at which both sides had an element. */
interface Claim {
  readonly key: string;
  readonly many: Uint8Array;
  readonly one: Uint8Array;
}

/** The elements of one match group on the "one" side. */
export class OneGroup {
  readonly series: StepSeries[] = [];
  /** The steps at which the "many" side has an element; kept where what it lacks is filled in. */
  matched: Uint8Array | null = null;
  /** Most groups have one claim only. */
  #first: Claim | null = null;
  #claims: Map<string, Claim[]> | null = null;

  /**
   * Notes that a result with these labels was made of two elements.
   *
   * @returns false where another one was made at one of the same steps
   */
  claim(key: string, many: Uint8Array, one: Uint8Array): boolean {
    const claim = { key, many, one };
    if (this.#first === null) {
      this.#first = claim;
      return true;
    }
    this.#claims ??= new Map([[this.#first.key, [this.#first]]]);
    const others = this.#claims.get(key);
    if (others === undefined) {
      this.#claims.set(key, [claim]);
      return true;
    }
    const isFree = !others.some((other) => overlap(claim, other));
    others.push(claim);
    return isFree;
  }

  isPresent(step: number): boolean {
    return this.series.some(({ kinds }) => kinds[step] !== ABSENT);
  }
}

function overlap(claim: Claim, other: Claim): boolean {
  return claim.many.some(
    (kind, step) =>
      kind !== ABSENT &&
      claim.one[step] !== ABSENT &&
      other.many[step] !== ABSENT &&
      other.one[step] !== ABSENT,
  );
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
        const group = this.group(labels.key);
        for (const other of group.series) this.#noteDuplicates(labels, other, series);
        group.series.push(series);
      }
    }
  }

  /** The group with a key, made if there is none. */
  group(key: string): OneGroup {
    let group = this.groups.get(key);
    if (group === undefined) {
      group = new OneGroup();
      this.groups.set(key, group);
    }
    return group;
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
