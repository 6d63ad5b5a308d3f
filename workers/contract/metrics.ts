import { z } from "zod";
import { pageOf } from "./pagination.ts";

export const MAX_METRICS_A_BATCH = 10_000;
export const MAX_POINTS_A_SERIES = 11_000;

export const MetricTime = z
  .union([z.iso.datetime({ offset: true }), z.int()])
  .describe("ISO 8601 with a time zone, or whole milliseconds since 1970 (never seconds)")
  .meta({ id: "MetricTime" });
export type MetricTime = z.infer<typeof MetricTime>;

export const MetricValue = z
  .union([z.number(), z.enum(["NaN", "+Inf", "-Inf"])])
  .describe("JSON has no number for what is not one: those are text")
  .meta({ id: "MetricValue" });
export type MetricValue = z.infer<typeof MetricValue>;

export const MetricKind = z
  .enum(["counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "unknown"])
  .meta({ id: "MetricKind" });
export type MetricKind = z.infer<typeof MetricKind>;

const MetricName = z.string().min(1).max(4096);
const MetricLabels = z.record(z.string(), z.string());

/** One sample. Its shape is checked here, its names, labels and time by the data model, which gives each fault a code. */
export const MetricSample = z
  .strictObject({
    name: z.string().describe("Any UTF-8 but nothing; [a-zA-Z_:][a-zA-Z0-9_:]* is easiest to query"),
    value: MetricValue,
    timestamp: MetricTime.optional().describe("Now, if it is left out"),
    labels: MetricLabels.optional().describe("Up to 63; an empty value stands for an absent label"),
    type: MetricKind.optional(),
    unit: z.string().max(256).optional(),
    help: z.string().max(4096).optional(),
  })
  .meta({ id: "MetricSample" });
export type MetricSample = z.infer<typeof MetricSample>;

export const MetricBatch = z
  .strictObject({ metrics: z.array(MetricSample).min(1).max(MAX_METRICS_A_BATCH) })
  .meta({ id: "MetricBatch" });
export type MetricBatch = z.infer<typeof MetricBatch>;

export const MetricRefusal = z.object({
  index: z.int().describe("Which of `metrics`, counted from 0; of a text, the line, counted from 1"),
  code: z.string().describe("Such as `invalid_label_name`, `out_of_order` or `series_limit`"),
  detail: z.string(),
});

/** What is not refused is durable. */
export const MetricsAccepted = z
  .object({ accepted: z.int(), refused: z.array(MetricRefusal) })
  .meta({ id: "MetricsAccepted" });
export type MetricsAccepted = z.infer<typeof MetricsAccepted>;

const QueryTime = z
  .union([
    z.iso.datetime({ offset: true }),
    z
      .string()
      .regex(/^-?\d{1,16}$/)
      .transform(Number),
  ])
  .describe("ISO 8601 with a time zone, or whole milliseconds since 1970");

const Duration = z
  .string()
  .regex(/^(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/)
  .min(2)
  .describe("As in PromQL: 30s, 5m, 1h30m, 7d");

const Selector = z
  .string()
  .max(8192)
  .optional()
  .describe('Which series, by PromQL matchers: {job="api", path=~"/v1/.*"}');

/** Of a window that ends now if `end` is left out, and has begun an hour before its end if `start` is. */
const Window = { start: QueryTime.optional(), end: QueryTime.optional() };

export const MetricPath = z.object({ name: MetricName });

export const LatestRequest = z.object({ match: Selector });

export const LatestMetric = z
  .object({
    name: z.string(),
    series: z
      .array(z.object({ labels: MetricLabels, timestamp: z.iso.datetime(), value: MetricValue }))
      .describe("Each series that has a sample within the last five minutes"),
  })
  .meta({ id: "LatestMetric" });
export type LatestMetric = z.infer<typeof LatestMetric>;

export const NamesRequest = z.object({
  prefix: z.string().max(4096).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(8192).optional(),
});

export const NamesPage = pageOf(
  z.object({ name: z.string(), type: MetricKind, unit: z.string(), help: z.string() }),
).meta({ id: "MetricNamesPage" });
export type NamesPage = z.infer<typeof NamesPage>;

export const StatsRequest = z.object({ ...Window, match: Selector });

export const MetricStats = z
  .object({
    name: z.string(),
    start: z.iso.datetime(),
    end: z.iso.datetime(),
    series: z.int(),
    samples: z.int(),
    min: MetricValue.nullable(),
    max: MetricValue.nullable(),
    mean: MetricValue.nullable(),
    stddev: MetricValue.nullable().describe("Of the population"),
    first: MetricValue.nullable().describe("The oldest sample; of several at that time, any"),
    last: MetricValue.nullable().describe("The newest sample; of several at that time, any"),
    percentiles: z.record(z.enum(["p50", "p90", "p95", "p99"]), MetricValue).nullable(),
  })
  .describe("Over all samples of all series in the window; null where there is none")
  .meta({ id: "MetricStats" });
export type MetricStats = z.infer<typeof MetricStats>;

export const LabelFilter = z
  .strictObject({
    label: z.string().min(1).max(1024),
    operator: z
      .enum(["=", "!=", "=~", "!~"])
      .default("=")
      .describe("As in PromQL; patterns are RE2, anchored"),
    value: z.string().max(4096),
  })
  .meta({ id: "MetricLabelFilter" });

export const MetricAggregation = z
  .enum(["avg", "sum", "min", "max", "count", "last", "rate", "increase", "p50", "p90", "p95", "p99"])
  .describe("First over each interval of each series, then over the series of a group; rate is per second")
  .meta({ id: "MetricAggregation" });
export type MetricAggregation = z.infer<typeof MetricAggregation>;

export const MetricFill = z
  .union([z.enum(["none", "null", "previous", "linear"]), z.number()])
  .describe(
    "What stands in an interval without samples: no point, null, the point before, a line, or a number",
  )
  .meta({ id: "MetricFill" });
export type MetricFill = z.infer<typeof MetricFill>;

export const MetricQuery = z
  .strictObject({
    name: MetricName,
    filters: z.array(LabelFilter).max(64).default([]),
    start: MetricTime,
    end: MetricTime,
    interval: Duration.optional().describe("If left out, one that gives about 250 points"),
    aggregation: MetricAggregation.default("avg"),
    group_by: z
      .array(z.string().min(1).max(1024))
      .max(63)
      .default([])
      .describe("None: all series are one group"),
    fill: MetricFill.default("none"),
    limit: z.int().min(1).max(1000).default(100).describe("Series, those with the largest values first"),
  })
  .meta({ id: "MetricQuery" });
export type MetricQuery = z.infer<typeof MetricQuery>;

const Point = z.object({
  timestamp: z.iso.datetime().describe("Where the interval begins"),
  value: MetricValue.nullable(),
});

export const MetricQueryAnswer = z
  .object({
    name: z.string(),
    start: z.iso.datetime(),
    end: z.iso.datetime(),
    interval_seconds: z.number(),
    aggregation: MetricAggregation,
    series: z.array(z.object({ labels: MetricLabels, points: z.array(Point) })),
    truncated: z.boolean().describe("More series matched than `limit`"),
  })
  .meta({ id: "MetricQueryAnswer" });
export type MetricQueryAnswer = z.infer<typeof MetricQueryAnswer>;

export const InstantRequest = z.object({
  query: z.string().min(1).max(32_768).describe("PromQL"),
  time: QueryTime.optional(),
});

export const RangeRequest = z.object({
  query: z.string().min(1).max(32_768).describe("PromQL"),
  start: QueryTime,
  end: QueryTime,
  step: Duration.describe(`At most ${MAX_POINTS_A_SERIES} steps between start and end`),
});

const PromqlPoint = z.tuple([z.number().describe("Seconds since 1970"), z.string()]);
const PromqlSeries = z.object({
  metric: MetricLabels,
  value: PromqlPoint.optional(),
  values: z.array(PromqlPoint).optional(),
});

/** As Prometheus gives it in `data`, so that what reads the one reads the other. */
export const PromqlAnswer = z
  .object({
    resultType: z.enum(["scalar", "string", "vector", "matrix"]),
    result: z.union([z.array(PromqlSeries), PromqlPoint]),
    warnings: z.array(z.string()),
    infos: z.array(z.string()),
  })
  .meta({ id: "PromqlAnswer" });
export type PromqlAnswer = z.infer<typeof PromqlAnswer>;

export const Resolution = z.enum(["1m", "5m", "1h", "1d"]).meta({ id: "MetricResolution" });
export type Resolution = z.infer<typeof Resolution>;

export const AggregatedRequest = z.object({
  name: MetricName,
  resolution: Resolution.optional().describe("If left out, the finest that gives at most 1,000 buckets"),
  ...Window,
  match: Selector,
});

export const AggregatedMetric = z
  .object({
    name: z.string(),
    resolution: Resolution,
    series: z.array(
      z.object({
        labels: MetricLabels,
        buckets: z.array(
          z.object({
            start: z.iso.datetime(),
            count: z.int(),
            sum: MetricValue,
            min: MetricValue,
            max: MetricValue,
            avg: MetricValue,
            first: MetricValue,
            last: MetricValue,
            increase: MetricValue.describe("Of a counter, resets taken into account"),
          }),
        ),
      }),
    ),
  })
  .meta({ id: "AggregatedMetric" });
export type AggregatedMetric = z.infer<typeof AggregatedMetric>;
