import type { Evaluation } from "./evaluate.ts";

const share = (value: number | null): string => (value === null ? "–" : value.toFixed(4));

const ROWS: [string, (evaluation: Evaluation) => string][] = [
  ["documents", ({ documents }) => String(documents)],
  ["chunks", ({ chunks }) => String(chunks)],
  ["questions", ({ questions }) => String(questions)],
  ["ingested in, s", ({ ingest_seconds }) => ingest_seconds.toFixed(1)],
  ["nDCG@10", ({ ndcg_at_10 }) => share(ndcg_at_10)],
  ["nDCG@10, words alone", ({ keyword_ndcg_at_10 }) => share(keyword_ndcg_at_10)],
  ["MRR@10", ({ mrr_at_10 }) => share(mrr_at_10)],
  ["hit@1", ({ hit_at_1 }) => share(hit_at_1)],
  ["recall@5", ({ recall_at_5 }) => share(recall_at_5)],
  ["recall@10", ({ recall_at_10 }) => share(recall_at_10)],
  ["recall@100", ({ recall_at_100 }) => share(recall_at_100)],
  ["asked for an answer", ({ asked }) => String(asked)],
  ["answer in a citation", ({ cited_share }) => share(cited_share)],
  ["answered", ({ answered_share }) => share(answered_share)],
  ["declined", ({ declined_share }) => share(declined_share)],
  ["  near misses", ({ declined_near_miss_share }) => share(declined_near_miss_share)],
  ["  out of domain", ({ declined_out_of_domain_share }) => share(declined_out_of_domain_share)],
  ["degraded answers", ({ degraded }) => String(degraded)],
  ["Worker p50 / p95, ms", ({ latency_ms: { p50, p95 } }) => `${p50.toFixed(1)} / ${p95.toFixed(1)}`],
  ["HTTP p50 / p95, ms", ({ http_latency_ms: { p50, p95 } }) => `${p50.toFixed(1)} / ${p95.toFixed(1)}`],
];

/** A table with a column for each set. */
export function formatReport(evaluations: readonly Evaluation[]): string {
  const lines = [
    ["", ...evaluations.map(({ set }) => set)],
    ...ROWS.map(([label, cell]) => [label, ...evaluations.map(cell)]),
  ];
  const width = (column: number) => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(width(0)) : cell.padStart(width(column) + 2)))
        .join(""),
    )
    .join("\n");
}
