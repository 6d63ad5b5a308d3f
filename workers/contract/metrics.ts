import { z } from "zod";

export const MAX_METRICS_A_BATCH = 10_000;

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

export const MetricLabels = z.record(z.string(), z.string());

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
