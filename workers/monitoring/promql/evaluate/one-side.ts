import type { Labels } from "../../model/labels.ts";
import { ABSENT, type StepSeries, type Vector } from "../values.ts";
import type { Budget } from "./budget.ts";
import { labelsText } from "./matching.ts";
import { QueryError } from "./query-error.ts";
import { roomOf, roomOfKinds } from "./step-series.ts";
import { StepSet } from "./step-set.ts";

/** Two elements with the same match group at one step. */
interface Duplicate {
  readonly group: Labels;
  readonly first: StepSeries;
  readonly second: StepSeries;
}

/** The steps at which results were made: those at which both sides had an element. */
interface Claim {
  readonly key: string;
  /** Of the first result, until there is another one. */
  readonly many: Uint8Array;
  readonly one: Uint8Array;
  steps: StepSet | null;
}

/** The elements of one match group on the "one" side. */
export class OneGroup {
  readonly series: StepSeries[] = [];
  /** The steps at which the "many" side has an element; kept where what it lacks is filled in. */
  matched: Uint8Array | null = null;
  /** Most groups have one claim only. */
  #first: Claim | null = null;
  #claims: Map<string, Claim> | null = null;
  #present: StepSet | null = null;

  /** @returns the steps at which there was an element already */
  add(series: StepSeries): number[] {
    this.series.push(series);
    if (this.#present === null) {
      this.#present = new StepSet(series.kinds);
      return [];
    }
    if (this.#present.add(series.kinds)) return [];
    const present = this.#present;
    const taken = Array.from(series.kinds.keys()).filter(
      (step) => series.kinds[step] !== ABSENT && present.has(step),
    );
    present.include(series.kinds);
    return taken;
  }

  /**
   * Notes that a result with these labels was made of two elements.
   *
   * @returns whether it is the first, another one at other steps, or one for which there is no place
   */
  claim(key: string, many: Uint8Array, one: Uint8Array): "first" | "another" | "taken" {
    const known = this.#claims === null ? this.#first : this.#claims.get(key);
    if (known?.key === key) {
      known.steps ??= new StepSet(inBoth(known.many, known.one));
      return known.steps.add(inBoth(many, one)) ? "another" : "taken";
    }
    const claim: Claim = { key, many, one, steps: null };
    if (this.#first === null) this.#first = claim;
    else {
      this.#claims ??= new Map([[this.#first.key, this.#first]]);
      this.#claims.set(key, claim);
    }
    return "first";
  }

  isPresent(step: number): boolean {
    return this.#present?.has(step) === true;
  }
}

function inBoth(many: Uint8Array, one: Uint8Array): Uint8Array {
  return many.map((kind, step) => (one[step] === ABSENT ? ABSENT : kind));
}

/**
 * The side of a matching of which at most one element may have each match group; it is held whole. Two elements with
 * the same group are an error only at a step at which there is anything to match them with.
 */
export class OneSide {
  readonly groups = new Map<string, OneGroup>();
  /** What the side is called in errors. */
  readonly #name: "left" | "right";
  readonly #budget: Budget;
  readonly #duplicates = new Map<number, Duplicate>();
  #held = 0;

  constructor(name: "left" | "right", budget: Budget) {
    this.#name = name;
    this.#budget = budget;
  }

  async collect(vector: Vector, groupOf: (labels: Labels) => Labels): Promise<void> {
    for await (const batch of vector) {
      for (const series of batch) {
        this.#hold(roomOf(series));
        const labels = groupOf(series.labels);
        const group = this.group(labels.key);
        for (const step of group.add(series)) this.#noteDuplicate(labels, group, series, step);
      }
    }
  }

  /** @returns false where there is no place for a result, as {@link OneGroup.claim} */
  claim(group: OneGroup, key: string, many: Uint8Array, one: Uint8Array): boolean {
    const claim = group.claim(key, many, one);
    if (claim === "first") this.#hold(roomOfKinds(many.length));
    return claim !== "taken";
  }

  release(): void {
    this.#budget.release(this.#held);
    this.#held = 0;
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

  #noteDuplicate(labels: Labels, group: OneGroup, second: StepSeries, step: number): void {
    if (this.#duplicates.has(step)) return;
    const first = group.series.find(({ kinds }) => kinds[step] !== ABSENT);
    if (first !== undefined) this.#duplicates.set(step, { group: labels, first, second });
  }

  #hold(room: number): void {
    this.#budget.hold(room);
    this.#held += room;
  }
}
