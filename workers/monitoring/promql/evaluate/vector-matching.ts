import type { Binary, VectorMatching } from "../ast.ts";
import { ABSENT, FLOAT, type StepSeries, type Steps } from "../values.ts";
import { BinaryOperation, constantOperand, type Operand } from "./binary-operation.ts";
import type { Evaluation } from "./evaluation.ts";
import { matchGroup, resultLabels } from "./matching.ts";
import { type OneGroup, OneSide } from "./one-side.ts";
import { QueryError } from "./query-error.ts";
import { rejectRepeated } from "./repeated-labels.ts";
import { hasValues, newSeries } from "./step-series.ts";

/**
 * An operator between two vectors, element by element that match (Prometheus: promql/engine.go, VectorBinop). Of the
 * two sides the one is held of which each match group may have one element; the other one passes by.
 */
export async function* matchVectors(
  evaluation: Evaluation,
  node: Binary,
  matching: VectorMatching,
  steps: Steps,
): AsyncGenerator<readonly StepSeries[]> {
  const results = new VectorMatch(evaluation, node, matching, steps).results();
  yield* matching.cardinality === "one-to-one" ? results : rejectRepeated(results, evaluation.budget);
}

class VectorMatch {
  readonly #evaluation: Evaluation;
  readonly #node: Binary;
  readonly #matching: VectorMatching;
  readonly #steps: Steps;
  readonly #operation: BinaryOperation;
  /** group_right: the left side is the one. */
  readonly #oneIsLeft: boolean;
  readonly #one: OneSide;
  /** Room of the results that are in hand. */
  #made = 0;
  /** `fill_right` stands in for the "one" side, on whichever side of the operator it is, as Prometheus has it. */
  readonly #fillOne: Operand | null;
  readonly #fillMany: Operand | null;
  readonly #groupOf: ReturnType<typeof matchGroup>;
  readonly #labelsOf: ReturnType<typeof resultLabels>;

  constructor(evaluation: Evaluation, node: Binary, matching: VectorMatching, steps: Steps) {
    this.#evaluation = evaluation;
    this.#node = node;
    this.#matching = matching;
    this.#steps = steps;
    this.#operation = new BinaryOperation(node, evaluation);
    this.#oneIsLeft = matching.cardinality === "one-to-many";
    this.#one = new OneSide(this.#oneIsLeft ? "left" : "right", evaluation.budget);
    const { fillLeft, fillRight } = matching;
    this.#fillOne = fillRight === null ? null : constantOperand(fillRight, steps.count);
    this.#fillMany = fillLeft === null ? null : constantOperand(fillLeft, steps.count);
    this.#groupOf = matchGroup(matching);
    const dropsMetric = this.#operation.derives && !(node.returnsBool && evaluation.delayedNameRemoval);
    this.#labelsOf = resultLabels(matching, dropsMetric);
  }

  async *results(): AsyncGenerator<readonly StepSeries[]> {
    const { budget } = this.#evaluation;
    const { left, right } = this.#node;
    const [one, many] = this.#oneIsLeft ? [left, right] : [right, left];
    await this.#one.collect(this.#evaluation.vector(one, this.#steps), this.#groupOf);
    if (this.#fillOne || this.#fillMany) {
      this.#one.rejectDuplicates(new Uint8Array(this.#steps.count).fill(FLOAT));
    }
    for await (const batch of this.#evaluation.vector(many, this.#steps)) {
      const results: StepSeries[] = [];
      for (const series of batch) {
        results.push(...this.#match(series).filter(hasValues));
        await budget.checkpoint();
      }
      if (results.length > 0) yield results;
      budget.release(this.#made);
      this.#made = 0;
    }
    if (this.#fillMany) yield [...this.#unmatched(this.#fillMany)].filter(hasValues);
    this.#one.release();
  }

  /** What comes of one series of the "many" side. */
  #match(many: StepSeries): StepSeries[] {
    this.#one.rejectDuplicates(many.kinds);
    const groupLabels = this.#groupOf(many.labels);
    const { key } = groupLabels;
    const group = this.#fillOne ? this.#one.group(key) : this.#one.groups.get(key);
    if (group && this.#fillMany) noteMatched(group, many.kinds);
    const partners = (group?.series ?? []).filter(({ kinds }) => overlap(many.kinds, kinds));
    const results = partners.map((one) => {
      const result = this.#newResult(many, one);
      this.#apply(many, one, result);
      this.#claim(group, result, many.kinds, one.kinds);
      return result;
    });
    if (this.#fillOne) {
      const kinds = many.kinds.map((kind, step) => (group?.isPresent(step) ? ABSENT : kind));
      const result = this.#newResult(many, { labels: groupLabels });
      this.#apply({ ...many, kinds }, this.#fillOne, result);
      this.#claim(group, result, kinds, kinds);
      results.push(result);
    }
    return results;
  }

  /** What comes of the "one" side where nothing matches it. */
  *#unmatched(fill: Operand): Generator<StepSeries> {
    for (const { series, matched } of this.#one.groups.values()) {
      for (const one of series) {
        const kinds = one.kinds.map((kind, step) => (matched?.[step] ? ABSENT : kind));
        const result = this.#newResult({ labels: this.#groupOf(one.labels) }, one);
        this.#apply(fill, { ...one, kinds }, result);
        yield result;
      }
    }
  }

  #newResult(many: Pick<StepSeries, "labels">, one: Pick<StepSeries, "labels">): StepSeries {
    const { budget } = this.#evaluation;
    budget.hold(this.#steps.count);
    budget.spend(this.#steps.count);
    this.#made += this.#steps.count;
    const dropsName = this.#node.returnsBool && this.#evaluation.delayedNameRemoval;
    return newSeries(this.#labelsOf(many.labels, one.labels), dropsName, this.#steps.count);
  }

  #apply(many: Operand, one: Operand, result: StepSeries): void {
    if (this.#oneIsLeft) this.#operation.apply(one, many, result);
    else this.#operation.apply(many, one, result);
  }

  /** @throws QueryError where another series of the "many" side came to the same */
  #claim(group: OneGroup | undefined, { labels }: StepSeries, many: Uint8Array, one: Uint8Array): void {
    const isOneToOne = this.#matching.cardinality === "one-to-one";
    if (group === undefined || this.#one.claim(group, isOneToOne ? "" : labels.key, many, one)) return;
    throw new QueryError(
      "execution",
      isOneToOne
        ? "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
        : "multiple matches for labels: grouping labels must ensure unique matches",
    );
  }
}

function overlap(many: Uint8Array, one: Uint8Array): boolean {
  for (let step = 0; step < many.length; step++) {
    if (many[step] !== ABSENT && one[step] !== ABSENT) return true;
  }
  return false;
}

function noteMatched(group: OneGroup, kinds: Uint8Array): void {
  group.matched ??= new Uint8Array(kinds.length);
  for (let step = 0; step < kinds.length; step++) {
    if (kinds[step] !== ABSENT) group.matched[step] = 1;
  }
}
