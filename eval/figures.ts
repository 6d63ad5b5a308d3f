import type { Asked, Found } from "./ask.ts";
import { mean, ndcgAt, percentile, recallAt, reciprocalRankAt } from "./metrics.ts";

/** Quality on one set: shares and means from 0 to 1, null where the set has nothing to measure it with. */
export interface Quality {
  ndcg_at_10: number | null;
  mrr_at_10: number | null;
  recall_at_5: number | null;
  recall_at_10: number | null;
  recall_at_100: number | null;
  hit_at_1: number | null;
  /** Questions whose known answer lies in a citation. */
  cited_share: number | null;
  /** Answerable questions that were answered. */
  answered_share: number | null;
  /** Unanswerable questions that were declined; then those that only sound as if they belonged here, and the rest. */
  declined_share: number | null;
  declined_near_miss_share: number | null;
  declined_out_of_domain_share: number | null;
}

export interface Latency {
  p50: number;
  p95: number;
}

export const QUALITY_FIGURES = [
  "ndcg_at_10",
  "mrr_at_10",
  "recall_at_5",
  "recall_at_10",
  "recall_at_100",
  "hit_at_1",
  "cited_share",
  "answered_share",
  "declined_share",
  "declined_near_miss_share",
  "declined_out_of_domain_share",
] as const satisfies readonly (keyof Quality)[];

/** Sums up rankings and answers. */
export function measureQuality(rankings: readonly Found[], asked: readonly Asked[]): Quality {
  const judged = rankings.map(({ question, found }) => ({ found, relevant: question.relevant }));
  const answerable = asked.filter(({ question }) => question.unanswerable === null);
  const unanswerable = asked.filter(({ question }) => question.unanswerable !== null);
  const declined = (kind: string) =>
    share(
      unanswerable.filter(({ question }) => question.unanswerable === kind),
      isDeclined,
    );
  return {
    ndcg_at_10: figure(judged.map((ranking) => ndcgAt(10, ranking))),
    mrr_at_10: figure(judged.map((ranking) => reciprocalRankAt(10, ranking))),
    recall_at_5: figure(judged.map((ranking) => recallAt(5, ranking))),
    recall_at_10: figure(judged.map((ranking) => recallAt(10, ranking))),
    recall_at_100: figure(judged.map((ranking) => recallAt(100, ranking))),
    hit_at_1: figure(judged.map((ranking) => reciprocalRankAt(1, ranking))),
    cited_share: share(
      answerable.filter(({ question }) => question.isAnsweredBy !== null),
      ({ question, answer }) => answer.citations.some((citation) => question.isAnsweredBy?.(citation)),
    ),
    answered_share: share(answerable, ({ answer }) => answer.answered),
    declined_share: share(unanswerable, isDeclined),
    declined_near_miss_share: declined("near-miss"),
    declined_out_of_domain_share: declined("out-of-domain"),
  };
}

/** Milliseconds, to a hundredth. */
export function measureLatency(milliseconds: readonly number[]): Latency {
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return { p50: rounded(percentile(0.5, milliseconds)), p95: rounded(percentile(0.95, milliseconds)) };
}

const isDeclined = ({ answer }: Asked): boolean => !answer.answered;

function share<Item>(items: readonly Item[], holds: (item: Item) => boolean): number | null {
  return figure(items.map((item) => (holds(item) ? 1 : 0)));
}

function figure(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.round(mean(values) * 10_000) / 10_000;
}
