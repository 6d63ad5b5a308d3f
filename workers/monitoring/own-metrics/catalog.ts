/** What a metric of the service's own is: the one description that the code, `/metrics` and the documentation share. */
export interface OwnMetric {
  type: "counter" | "gauge" | "histogram";
  help: string;
  labels: readonly string[];
  /** Upper bounds of a histogram's buckets but the last, which is +Inf. */
  buckets?: readonly number[];
}

/** Seconds: a request is answered in milliseconds, a question at worst in seconds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5] as const;
/** Seconds: stages of ingestion take from milliseconds to minutes. */
const LONG_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300] as const;

/** Every metric of the service's own, by name. */
export const OWN_METRICS = {
  almanac_build_info: { type: "gauge", help: "1, and the running version.", labels: ["version"] },

  http_requests_total: {
    type: "counter",
    help: "HTTP requests answered, by route and status.",
    labels: ["method", "route", "status"],
  },
  http_request_duration_seconds: {
    type: "histogram",
    help: "Time until the reply to an HTTP request begins.",
    labels: ["route"],
    buckets: SECONDS,
  },

  rag_queries_total: {
    type: "counter",
    help: "Questions asked, by outcome: answered, declined or error.",
    labels: ["status"],
  },
  rag_query_duration_seconds: {
    type: "histogram",
    help: "Time to answer a question.",
    labels: [],
    buckets: SECONDS,
  },
  rag_retrieval_stage_duration_seconds: {
    type: "histogram",
    help: "Time of each stage of answering a question.",
    labels: ["stage"],
    buckets: SECONDS,
  },
  rag_searches_total: { type: "counter", help: "Searches for passages, by outcome.", labels: ["status"] },
  rag_degraded_answers_total: {
    type: "counter",
    help: "Answers given without a part that failed.",
    labels: ["part"],
  },
  rag_cache_hits_total: {
    type: "counter",
    help: "Look-ups that the isolate's memory answered, by what was looked up.",
    labels: ["cache"],
  },
  rag_cache_misses_total: {
    type: "counter",
    help: "Look-ups that went to a store, by what was looked up.",
    labels: ["cache"],
  },
  rag_embedding_duration_seconds: {
    type: "histogram",
    help: "Time of one call to the embedding model.",
    labels: ["model"],
    buckets: SECONDS,
  },
  rag_embedded_texts_total: {
    type: "counter",
    help: "Texts turned into vectors.",
    labels: ["model"],
  },

  ingestion_turns_total: {
    type: "counter",
    help: "Turns that workers took on ingestion jobs, by outcome: acknowledge, send_again or retry.",
    labels: ["outcome"],
  },
  ingestion_batch_duration_seconds: {
    type: "histogram",
    help: "Time to work on one batch of ingestion jobs.",
    labels: [],
    buckets: LONG_SECONDS,
  },
  ingestion_jobs: { type: "gauge", help: "Ingestion jobs in the ledger, by state.", labels: ["state"] },
  ingestion_oldest_queued_seconds: {
    type: "gauge",
    help: "Age of the ingestion job that has waited longest.",
    labels: [],
  },
  queue_messages_total: {
    type: "counter",
    help: "Queue messages consumed, by queue and outcome: handled or failed.",
    labels: ["queue", "outcome"],
  },

  rate_limit_decisions_total: {
    type: "counter",
    help: "Requests weighed against a limit, by tier and outcome: allowed or denied.",
    labels: ["tier", "outcome"],
  },
  auth_attempts_total: {
    type: "counter",
    help: "Credentials looked at, by kind and outcome: accepted or refused.",
    labels: ["kind", "outcome"],
  },

  durable_object_requests_total: {
    type: "counter",
    help: "Calls to Durable Objects, by class, method and outcome: ok or error.",
    labels: ["class", "method", "outcome"],
  },
  durable_object_request_duration_seconds: {
    type: "histogram",
    help: "Time of calls to Durable Objects, by class.",
    labels: ["class"],
    buckets: SECONDS,
  },

  metrics_samples_accepted_total: {
    type: "counter",
    help: "Samples taken in, by protocol.",
    labels: ["protocol"],
  },
  metrics_samples_refused_total: {
    type: "counter",
    help: "Samples refused, by reason.",
    labels: ["reason"],
  },
  metrics_series: { type: "gauge", help: "Series in the metrics engine.", labels: ["shard"] },
  metrics_head_samples: {
    type: "gauge",
    help: "Samples in the metrics engine that are not sealed yet.",
    labels: ["shard"],
  },
  metrics_storage_bytes: {
    type: "gauge",
    help: "What the metrics engine holds, by kind: wal, raw, a resolution of rollups, or cold.",
    labels: ["shard", "kind"],
  },
  metrics_damaged_blocks: {
    type: "gauge",
    help: "Blocks of the metrics engine that cannot be read and were set aside.",
    labels: ["shard"],
  },
  metrics_evicted_series: {
    type: "gauge",
    help: "Series that had only rollups left and made room for new ones.",
    labels: ["shard"],
  },
  metrics_query_duration_seconds: {
    type: "histogram",
    help: "Time to evaluate a PromQL query, by kind: instant or range.",
    labels: ["kind"],
    buckets: SECONDS,
  },
  metrics_query_samples_total: {
    type: "counter",
    help: "Samples that PromQL queries read.",
    labels: [],
  },
  live_feed_sockets: { type: "gauge", help: "Open sockets of the live feed, by hub.", labels: ["hub"] },
  live_feed_dropped_total: {
    type: "counter",
    help: "Updates that slow listeners of the live feed did not get.",
    labels: [],
  },
} as const satisfies Record<string, OwnMetric>;

export type OwnMetricName = keyof typeof OWN_METRICS;

type Of<Type extends OwnMetric["type"]> = {
  [Name in OwnMetricName]: (typeof OWN_METRICS)[Name]["type"] extends Type ? Name : never;
}[OwnMetricName];

export type OwnCounter = Of<"counter">;
export type OwnGauge = Of<"gauge">;
export type OwnHistogram = Of<"histogram">;

/** A value for each label of a metric, none more and none fewer. */
export type LabelsOf<Name extends OwnMetricName> = Record<
  (typeof OWN_METRICS)[Name]["labels"][number],
  string
>;
