import { MAX_METRICS_A_BATCH, MetricSample, MetricTime } from "../../contract/metrics.ts";
import { METRIC_NAME } from "../model/labels.ts";
import { METRIC_TYPES } from "../model/sample-batch.ts";
import type { BatchBuilder } from "./batch-builder.ts";
import { MalformedBodyError } from "./malformed-body.ts";
import { PairBytes } from "./pair-bytes.ts";

const TYPES: ReadonlySet<unknown> = new Set(METRIC_TYPES);
const MAX_UNIT = 256;
const MAX_HELP = 4096;
/** Zod drops the member of this name; a label that cannot be told from an object's prototype is better dropped. */
const PROTO = "__proto__";
/** Refusals beyond so many do not say which member is wrong. */
const EXPLAINED = 100;

/**
 * The samples of a parsed {@link MetricBatch}, each yet unchecked.
 *
 * @throws MalformedBodyError if it is not an object with 1 to 10,000 `metrics` and nothing else
 */
export function metricsOf(body: unknown): readonly unknown[] {
  const metrics = isRecord(body) && Object.keys(body).length === 1 ? body.metrics : undefined;
  if (!Array.isArray(metrics) || metrics.length === 0)
    throw new MalformedBodyError('The body is not { "metrics": […] } with at least one metric.');
  if (metrics.length > MAX_METRICS_A_BATCH)
    throw new MalformedBodyError(`The body has more than ${MAX_METRICS_A_BATCH} metrics.`, "too_large");
  return metrics;
}

/**
 * Adds samples that JSON.parse has made; an item is a sample's index. Takes exactly what {@link MetricSample} takes, by
 * hand, at a small part of the cost: bench/metrics/decode.ts.
 *
 * @param now the time of samples that have none, in milliseconds since 1970
 */
export function decodeJsonSamples(metrics: readonly unknown[], builder: BatchBuilder, now: number): void {
  const pairs = new PairBytes();
  let malformed = 0;
  for (let item = 0; item < metrics.length; item++) {
    const metric = metrics[item];
    if (!isSample(metric)) {
      malformed += 1;
      builder.refuse(item, "malformed", malformed > EXPLAINED ? "" : explain(metric));
      continue;
    }
    pairs.clear();
    pairs.addText(METRIC_NAME);
    pairs.addText(metric.name);
    for (const label in metric.labels) {
      if (label === PROTO) continue;
      pairs.addText(label);
      pairs.addText(metric.labels[label] ?? "");
    }
    const { value, timestamp } = metric;
    const time =
      timestamp === undefined ? now : typeof timestamp === "number" ? timestamp : Date.parse(timestamp);
    const number = typeof value === "number" ? value : NUMBERS[value];
    builder.addSample(builder.seriesOf(pairs), item, time, number);
    if (metric.type !== undefined || metric.unit !== undefined || metric.help !== undefined) {
      builder.addMetadata(metric.name, metric.type ?? "unknown", metric.help ?? "", metric.unit ?? "");
    }
  }
}

const NUMBERS = { NaN: Number.NaN, "+Inf": Infinity, "-Inf": -Infinity };

/** Whether {@link MetricSample} takes a value. */
export function isSample(value: unknown): value is MetricSample {
  if (!isRecord(value)) return false;
  let hasName = false;
  let hasValue = false;
  for (const key in value) {
    const member = value[key];
    switch (key) {
      case "name":
        if (typeof member !== "string") return false;
        hasName = true;
        break;
      case "value":
        if (!isValue(member)) return false;
        hasValue = true;
        break;
      case "timestamp":
        if (member !== undefined && !isTime(member)) return false;
        break;
      case "labels":
        if (member !== undefined && !isLabels(member)) return false;
        break;
      case "type":
        if (member !== undefined && !TYPES.has(member)) return false;
        break;
      case "unit":
        if (!isText(member, MAX_UNIT)) return false;
        break;
      case "help":
        if (!isText(member, MAX_HELP)) return false;
        break;
      default:
        return false;
    }
  }
  return hasName && hasValue;
}

function isValue(value: unknown): boolean {
  return typeof value === "number"
    ? Number.isFinite(value)
    : value === "NaN" || value === "+Inf" || value === "-Inf";
}

function isTime(value: unknown): boolean {
  return typeof value === "number" ? Number.isSafeInteger(value) : MetricTime.safeParse(value).success;
}

function isLabels(value: unknown): boolean {
  if (!isRecord(value)) return false;
  for (const label in value) if (typeof value[label] !== "string" && label !== PROTO) return false;
  return true;
}

function isText(value: unknown, maxLength: number): boolean {
  return value === undefined || (typeof value === "string" && value.length <= maxLength);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function explain(metric: unknown): string {
  const [issue] = MetricSample.safeParse(metric).error?.issues ?? [];
  return issue === undefined
    ? ""
    : [issue.path.join("."), issue.message].filter((part) => part !== "").join(": ");
}
