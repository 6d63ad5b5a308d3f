import { z } from "zod";
import { MetricKind, MetricLabels, MetricTime, MetricValue } from "./metrics.ts";
import { pageOf } from "./pagination.ts";

export const MAX_POINTS_A_SERIES = 11_000;
/**
 * Samples that a query may hold at once, of the 128 MB of an isolate: one takes sixteen bytes as it was stored, and nine
 * as a step of a series.
 */
export const MAX_SAMPLES_A_QUERY = 4_000_000;

const MetricName = z.string().min(1).max(4096);

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
  .regex(/^(?:\d{1,9}d)?(?:\d{1,9}h)?(?:\d{1,9}m)?(?:\d{1,9}s)?(?:\d{1,9}ms)?$/)
  .min(2)
  .describe("As in PromQL: 30s, 5m, 1h30m, 7d");

const Selector = z
  .string()
  .max(8192)
  .optional()
  .describe('Which series, by PromQL matchers: {job="api", path=~"/v1/.*"}');

/** Of a window that ends now if `end` is left out, and begins an hour before its end if `start` is. */
const Window = {
  start: QueryTime.optional(),
  end: QueryTime.optional().describe("The window goes up to this time and does not include it"),
};

export const Resolution = z.enum(["1m", "5m", "1h", "1d"]).meta({ id: "MetricResolution" });
export type Resolution = z.infer<typeof Resolution>;

export const MetricPath = z.object({ name: MetricName });

export const LatestRequest = z.object({
  match: Selector,
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});

export const LatestMetric = z
  .object({
    name: z.string(),
    series: z
      .array(z.object({ labels: MetricLabels, timestamp: z.iso.datetime(), value: MetricValue }))
      .describe("Each series that has a sample within the last five minutes and has not ended since"),
    truncated: z.boolean().describe("There are more series than `limit`"),
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
    source: z
      .enum(["raw", ...Resolution.options])
      .describe("Samples, or the rollups that are left of them: those know no stddev and no percentiles"),
    series: z.int(),
    samples: z.int(),
    min: MetricValue.nullable(),
    max: MetricValue.nullable(),
    mean: MetricValue.nullable(),
    stddev: MetricValue.nullable().describe("Of the population"),
    first: MetricValue.nullable().describe("The oldest sample; of several at that time, any"),
    last: MetricValue.nullable().describe("The newest sample; of several at that time, any"),
    percentiles: z
      .object({ p50: MetricValue, p90: MetricValue, p95: MetricValue, p99: MetricValue })
      .nullable(),
    percentile_error: z
      .number()
      .nullable()
      .describe("How far off percentiles may be, relative to their value: 0 up to a million samples"),
  })
  .describe("Over all samples of all series in the window but NaN; null where there is none")
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
export type LabelFilter = z.infer<typeof LabelFilter>;

export const MetricAggregation = z
  .enum(["avg", "sum", "min", "max", "count", "last", "rate", "increase", "p50", "p90", "p95", "p99"])
  .describe(
    "Over all samples of a group in an interval, whichever series they are of. `increase` is what counters rose by, resets taken into account, and `rate` the same per second: of each series, then added up",
  )
  .meta({ id: "MetricAggregation" });
export type MetricAggregation = z.infer<typeof MetricAggregation>;

export const MetricFill = z
  .union([z.enum(["none", "null", "previous", "linear"]), z.number()])
  .describe(
    "What stands in an interval without samples: no point, null, the point before, a line between the points around it, or a number. Before the first point, `previous` and `linear` are null, as is `linear` after the last",
  )
  .meta({ id: "MetricFill" });
export type MetricFill = z.infer<typeof MetricFill>;

export const MetricQuery = z
  .strictObject({
    name: MetricName,
    filters: z.array(LabelFilter).max(64).default([]),
    start: MetricTime.optional().describe("An hour before the end, if it is left out"),
    end: MetricTime.optional().describe("Not included; now, if it is left out"),
    interval: Duration.optional().describe("If left out, one that gives 250 points at most"),
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
    start: z.iso.datetime().describe("Where the first interval begins"),
    end: z.iso.datetime().describe("Where the last interval ends"),
    interval_seconds: z.number(),
    aggregation: MetricAggregation,
    series: z.array(z.object({ labels: MetricLabels, points: z.array(Point) })),
    truncated: z.boolean().describe("There are more series than `limit`"),
  })
  .meta({ id: "MetricQueryAnswer" });
export type MetricQueryAnswer = z.infer<typeof MetricQueryAnswer>;

const Promql = z.string().min(1).max(32_768).describe("PromQL");

export const InstantRequest = z.object({ query: Promql, time: QueryTime.optional() });

export const RangeRequest = z.object({
  query: Promql,
  start: QueryTime,
  end: QueryTime,
  step: Duration.describe(`At most ${MAX_POINTS_A_SERIES} steps between start and end, which is included`),
});

const PromqlPoint = z.tuple([z.number().describe("Seconds since 1970"), z.string()]);
const PromqlHistogram = z.tuple([z.number().describe("Seconds since 1970"), z.looseObject({})]);
const PromqlSeries = z.object({
  metric: MetricLabels,
  value: PromqlPoint.optional(),
  values: z.array(PromqlPoint).optional(),
  histogram: PromqlHistogram.optional(),
  histograms: z.array(PromqlHistogram).optional(),
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
            increase: MetricValue.describe(
              "Of a counter, from the bucket's first sample to its last, resets taken into account",
            ),
          }),
        ),
      }),
    ),
  })
  .meta({ id: "AggregatedMetric" });
export type AggregatedMetric = z.infer<typeof AggregatedMetric>;
