import { Labels, METRIC_NAME } from "../../model/labels.ts";
import { boundText } from "../../model/number-text.ts";
import type { Exemplar, MetricType } from "../../model/sample-batch.ts";
import { type BatchBuilder, NO_ITEM } from "../batch-builder.ts";
import { PairBytes } from "../pair-bytes.ts";
import type {
  Attribute,
  HistogramPoint,
  OtlpExemplar,
  OtlpMetric,
  OtlpPoint,
  OtlpScope,
  OtlpSink,
  SummaryPoint,
} from "./data.ts";
import { labelName, metricName, unitText } from "./names.ts";
import { nativeHistogram } from "./native-histogram.ts";

const CUMULATIVE = 2;
/** Characters of an exemplar's labels, by OpenMetrics. */
const MAX_EXEMPLAR_CHARACTERS = 128;
const IDENTIFYING = new Set(["service.name", "service.namespace", "service.instance.id"]);

/**
 * Turns the points of an OTLP request into samples as Prometheus does by default
 * (storage/remote/otlptranslator/prometheusremotewrite), and as the OpenTelemetry specification wants (Prometheus and
 * OpenMetrics Compatibility): names in underscores with unit and _total, job and instance from the resource, the rest of
 * it in target_info, the scope in otel_scope_ labels. An item is a data point, counted from 0.
 *
 * Only cumulative temporality is taken: to add deltas up, one place would have to see all of a series' points in order.
 */
export class OtlpConverter implements OtlpSink {
  readonly #builder: BatchBuilder;
  readonly #pairs = new PairBytes();
  readonly #labelNames = new Map<string, string>();
  #resource: readonly Attribute[] = [];
  /** job and instance, and the scope's labels: they win over a point's own. */
  #target: ReadonlyMap<string, string> = new Map();
  #fixed: ReadonlyMap<string, string> = new Map();
  #metric: OtlpMetric | null = null;
  #name = "";
  #latest = -Infinity;
  #item = -1;

  constructor(builder: BatchBuilder) {
    this.#builder = builder;
  }

  beginResource(attributes: readonly Attribute[]): void {
    const {
      "service.name": service,
      "service.namespace": namespace,
      "service.instance.id": instance,
    } = Object.fromEntries(attributes);
    const target = new Map<string, string>();
    if (service !== undefined)
      target.set("job", namespace === undefined ? service : `${namespace}/${service}`);
    if (instance !== undefined) target.set("instance", instance);
    this.#resource = attributes;
    this.#target = target;
    this.#fixed = target;
    this.#latest = -Infinity;
  }

  beginScope({ name, version, schemaUrl, attributes }: OtlpScope): void {
    const labels = new Map(attributes.map(([key, value]) => [this.#labelName(`otel_scope_${key}`), value]));
    labels.set("otel_scope_name", name);
    labels.set("otel_scope_version", version);
    labels.set("otel_scope_schema_url", schemaUrl);
    this.#fixed = new Map([...labels, ...this.#target]);
  }

  beginMetric(metric: OtlpMetric): void {
    this.#metric = metric;
    this.#name = metricName(metric);
    this.#builder.addMetadata(this.#name, typeOf(metric), metric.description, unitText(metric.unit));
  }

  addPoint(point: OtlpPoint): void {
    const metric = this.#metric;
    if (metric === null) return;
    const item = ++this.#item;
    if (!/[^_]/.test(this.#name))
      this.#builder.refuse(item, "invalid_metric_name", metric.name.slice(0, 100));
    else if (metric.kind !== "gauge" && metric.kind !== "summary" && metric.temporality !== CUMULATIVE)
      this.#builder.refuse(item, "unsupported_temporality", this.#name);
    else {
      if (point.time > this.#latest) this.#latest = point.time;
      this.#writeLabels(point.attributes);
      this.#addValues(point, item);
    }
  }

  /** What else is known of a resource is told once a request, at the time of its newest point. */
  endResource(): void {
    const others = this.#resource.filter(([key]) => !IDENTIFYING.has(key));
    if (this.#latest === -Infinity || this.#target.size === 0 || others.length === 0) return;
    this.#fixed = this.#target;
    this.#writeLabels(others);
    this.#builder.addSample(this.#series("target_info"), NO_ITEM, this.#latest, 1);
  }

  #addValues(point: OtlpPoint, item: number): void {
    const builder = this.#builder;
    if (point.kind === "histogram") this.#addHistogram(point, item);
    else if (point.kind === "summary") this.#addSummary(point, item);
    else if (point.hasNoValue) builder.addStaleMarker(this.#series(this.#name), item, point.time);
    else if (point.kind === "exponential") {
      const histogram = nativeHistogram(point);
      const series = this.#series(this.#name);
      if (histogram === null) builder.refuse(item, "invalid_histogram", "the scale is below -4");
      else builder.addHistogram(series, item, point.time, histogram);
      this.#addExemplars(series, point.exemplars);
    } else if (point.value === null) builder.refuse(item, "invalid_value");
    else {
      const series = this.#series(this.#name);
      builder.addSample(series, item, point.time, point.value);
      this.#addExemplars(series, point.exemplars);
    }
  }

  #addHistogram(point: HistogramPoint, item: number): void {
    const { bounds, counts } = point;
    if (counts.length > 0 && counts.length !== bounds.length + 1) {
      this.#builder.refuse(item, "invalid_histogram", "there must be one count more than bounds");
      return;
    }
    const count = this.#series(`${this.#name}_count`);
    this.#add(count, item, point, point.count);
    if (count < 0) return;
    if (point.sum !== null) this.#add(this.#series(`${this.#name}_sum`), item, point, point.sum);
    const bucket = `${this.#name}_bucket`;
    const sorted = [...point.exemplars].sort((a, b) => a.value - b.value);
    let below = 0;
    for (let at = 0; at <= (counts.length > 0 ? bounds.length : 0); at++) {
      const bound = counts.length > 0 ? (bounds[at] ?? Infinity) : Infinity;
      below += counts[at] ?? 0;
      const series = this.#series(bucket, "le", boundText(bound));
      this.#add(series, item, point, bound === Infinity ? point.count : below);
      const first = sorted.findIndex(({ value }) => value > bound);
      this.#addExemplars(series, sorted.splice(0, first < 0 ? sorted.length : first));
    }
  }

  #addSummary(point: SummaryPoint, item: number): void {
    const count = this.#series(`${this.#name}_count`);
    this.#add(count, item, point, point.count);
    if (count < 0) return;
    this.#add(this.#series(`${this.#name}_sum`), item, point, point.sum);
    for (const { quantile, value } of point.quantiles)
      this.#add(this.#series(this.#name, "quantile", boundText(quantile)), item, point, value);
  }

  #add(series: number, item: number, { time, hasNoValue }: OtlpPoint, value: number): void {
    if (hasNoValue) this.#builder.addStaleMarker(series, item, time);
    else this.#builder.addSample(series, item, time, value);
  }

  #addExemplars(series: number, exemplars: readonly OtlpExemplar[]): void {
    for (const exemplar of exemplars) this.#builder.addExemplar(series, exemplarOf(exemplar));
  }

  /** Writes what all series of a point have in common. Keys that become one name are joined, as in Prometheus. */
  #writeLabels(attributes: readonly Attribute[]): void {
    const labels = new Map<string, string>();
    for (const [key, value] of [...attributes].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
      const name = this.#labelName(key);
      const other = labels.get(name);
      labels.set(name, other === undefined ? value : `${other};${value}`);
    }
    for (const [name, value] of this.#fixed) labels.set(name, value);
    labels.delete(METRIC_NAME);
    if (this.#metric?.kind === "histogram") labels.delete("le");
    if (this.#metric?.kind === "summary") labels.delete("quantile");
    this.#pairs.clear();
    for (const [name, value] of labels) {
      this.#pairs.addText(name);
      this.#pairs.addText(value);
    }
  }

  /** A series with the labels that were written, a name, and perhaps one label more. */
  #series(name: string, label?: string, value = ""): number {
    const pairs = this.#pairs;
    const { length } = pairs;
    pairs.addText(METRIC_NAME);
    pairs.addText(name);
    if (label !== undefined) {
      pairs.addText(label);
      pairs.addText(value);
    }
    const series = this.#builder.seriesOf(pairs);
    pairs.length = length;
    return series;
  }

  #labelName(key: string): string {
    const known = this.#labelNames.get(key);
    if (known !== undefined) return known;
    const name = labelName(key);
    if (this.#labelNames.size < 10_000) this.#labelNames.set(key, name);
    return name;
  }
}

function exemplarOf({ time, value, traceId, spanId, attributes }: OtlpExemplar): Exemplar {
  const ids: Attribute[] = [];
  if (traceId !== "") ids.push(["trace_id", traceId]);
  if (spanId !== "") ids.push(["span_id", spanId]);
  const all = [...ids, ...attributes];
  const characters = all.reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  return { time, value, labels: Labels.from(characters <= MAX_EXEMPLAR_CHARACTERS ? all : ids) };
}

function typeOf({ kind, isMonotonic }: OtlpMetric): MetricType {
  if (kind === "sum") return isMonotonic ? "counter" : "gauge";
  return kind === "exponential" ? "histogram" : kind;
}
