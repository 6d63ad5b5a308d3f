import { boundText } from "../model/float-text.ts";
import { Labels, METRIC_NAME } from "../model/labels.ts";
import { METRIC_TYPES, type MetricType } from "../model/sample-batch.ts";
import type { BatchBuilder } from "./batch-builder.ts";
import { ExpositionLine, LineFault, withoutEscapes } from "./exposition-line.ts";
import { MalformedBodyError } from "./malformed-body.ts";
import { PairBytes, strictText } from "./pair-bytes.ts";

export type TextFormat = "prometheus" | "openmetrics";

const TYPES = new Map<string, MetricType>([
  ...METRIC_TYPES.map((type) => [type, type] as const),
  ["untyped", "unknown"],
]);
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The format that a Content-Type announces; null if it is neither. */
export function textFormat(contentType: string | null): TextFormat | null {
  const mediaType = (contentType ?? "text/plain").split(";", 1)[0]?.trim().toLowerCase();
  if (mediaType === "application/openmetrics-text") return "openmetrics";
  return mediaType === "text/plain" ? "prometheus" : null;
}

/**
 * Reads Prometheus' text format 0.0.4 or OpenMetrics 1.0 (prometheus.io/docs/instrumenting/exposition_formats), names in
 * quotes included, into a batch. An item is a line, counted from 1; a line that cannot be read is refused, and the
 * others are taken. The labels le and quantile are rewritten as Prometheus 3 does.
 *
 * @param now the time of samples that have none, in milliseconds since 1970
 * @throws MalformedBodyError for an OpenMetrics text that does not end with # EOF, since it was cut off
 */
export function decodeTextFormat(
  body: Uint8Array,
  format: TextFormat,
  builder: BatchBuilder,
  now: number,
): void {
  const reader = new TextReader(format, builder, now);
  let line = 0;
  for (let start = 0; start < body.length; ) {
    const found = body.indexOf(LINE_FEED, start);
    const end = found < 0 ? body.length : found;
    line += 1;
    reader.readLine(line, body, start, body[end - 1] === CARRIAGE_RETURN && end > start ? end - 1 : end);
    start = end + 1;
  }
  reader.finish();
}

interface Family {
  type: MetricType;
  help: string;
  unit: string;
}

class TextReader {
  readonly #isOpenMetrics: boolean;
  readonly #builder: BatchBuilder;
  readonly #now: number;
  readonly #pairs = new PairBytes();
  readonly #families = new Map<string, Family>();
  #hasEnded = false;

  constructor(format: TextFormat, builder: BatchBuilder, now: number) {
    this.#isOpenMetrics = format === "openmetrics";
    this.#builder = builder;
    this.#now = now;
  }

  readLine(number: number, body: Uint8Array, start: number, end: number): void {
    if (this.#hasEnded) throw new MalformedBodyError(`Line ${number} comes after # EOF.`);
    const text = strictText(body, start, end);
    if (text === null) {
      this.#builder.refuse(number, "malformed", `line ${number}: it is not UTF-8`);
      return;
    }
    try {
      this.#read(number, text);
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      this.#builder.refuse(number, "malformed", `line ${number}: ${error.message}`);
    }
  }

  finish(): void {
    if (this.#isOpenMetrics && !this.#hasEnded)
      throw new MalformedBodyError("The text does not end with # EOF: it was cut off.");
    for (const [name, { type, help, unit }] of this.#families)
      this.#builder.addMetadata(name, type, help, unit);
  }

  #read(number: number, text: string): void {
    const line = new ExpositionLine(text);
    line.skipSpaces();
    if (line.isAtEnd) return;
    if (line.takes("#")) this.#readComment(line);
    else this.#readSample(number, line);
  }

  #readComment(line: ExpositionLine): void {
    line.skipSpaces();
    if (line.isAtEnd) return;
    const keyword = line.word();
    if (keyword === "EOF" && this.#isOpenMetrics) {
      this.#hasEnded = true;
      return;
    }
    if (keyword !== "HELP" && keyword !== "TYPE" && keyword !== "UNIT") {
      if (this.#isOpenMetrics) line.fail("OpenMetrics has no comments but HELP, TYPE, UNIT and EOF");
      return;
    }
    line.skipSpaces();
    const name = line.metricName();
    if (!line.isAtEnd && !line.takes(" ") && !line.takes("\t"))
      line.fail("a space is missing after the name");
    line.skipSpaces();
    const family = this.#families.get(name) ?? { type: "unknown", help: "", unit: "" };
    if (keyword === "HELP") family.help = withoutEscapes(line.rest());
    else if (keyword === "UNIT") family.unit = line.isAtEnd ? "" : line.word();
    else family.type = TYPES.get(line.word()) ?? line.fail("this is no metric type");
    this.#families.set(name, family);
  }

  #readSample(number: number, line: ExpositionLine): void {
    const pairs = this.#readSeries(line);
    const flat = pairs.flat();
    this.#pairs.clear();
    for (const part of flat) this.#pairs.addText(part);
    line.skipSpaces();
    const value = line.number();
    line.skipSpaces();
    const time = line.isAtEnd || line.comes("#") ? this.#now : this.#time(line);
    line.skipSpaces();
    const exemplar = this.#isOpenMetrics && line.takes("#") ? this.#readExemplar(line, time) : null;
    if (!line.isAtEnd) line.fail("there is more than a sample");
    const series = this.#builder.seriesOf(this.#pairs);
    this.#builder.addSample(series, number, time, value);
    if (exemplar !== null) this.#builder.addExemplar(series, exemplar);
  }

  /** Name and labels: name{a="b"}, name, or {"name",a="b"}. */
  #readSeries(line: ExpositionLine): [name: string, value: string][] {
    const pairs: [string, string][] = [];
    if (!line.comes("{")) pairs.push([METRIC_NAME, line.metricName()]);
    line.skipSpaces();
    if (line.takes("{")) this.#readLabels(line, pairs);
    const metric = pairs.find(([name]) => name === METRIC_NAME)?.[1] ?? "";
    const bound = this.#boundLabel(metric);
    return bound === null
      ? pairs
      : pairs.map(([name, value]) => [name, name === bound ? uniform(value) : value]);
  }

  #readLabels(line: ExpositionLine, into: [name: string, value: string][]): void {
    line.skipSpaces();
    while (!line.takes("}")) {
      const isQuoted = line.comes('"');
      const name = line.labelName();
      line.skipSpaces();
      if (isQuoted && (line.comes(",") || line.comes("}"))) into.push([METRIC_NAME, name]);
      else {
        line.expect("=");
        line.skipSpaces();
        into.push([name, line.quoted()]);
      }
      line.skipSpaces();
      if (!line.takes(",") && !line.comes("}")) line.fail("a comma or } is missing");
      line.skipSpaces();
    }
  }

  #readExemplar(line: ExpositionLine, sampleTime: number): { labels: Labels; value: number; time: number } {
    const pairs: [string, string][] = [];
    line.skipSpaces();
    line.expect("{");
    this.#readLabels(line, pairs);
    line.skipSpaces();
    const value = line.number();
    line.skipSpaces();
    const time = line.isAtEnd ? sampleTime : this.#time(line);
    return { labels: Labels.from(pairs), value, time };
  }

  /** OpenMetrics has seconds, Prometheus' own format milliseconds. */
  #time(line: ExpositionLine): number {
    const time = line.number();
    return this.#isOpenMetrics ? Math.round(time * 1000) : time;
  }

  /** The label of a metric's series that is a number. */
  #boundLabel(metric: string): "le" | "quantile" | null {
    if (this.#families.get(metric)?.type === "summary") return "quantile";
    if (!metric.endsWith("_bucket")) return null;
    const type = this.#families.get(metric.slice(0, -"_bucket".length))?.type;
    return type === "histogram" || type === "gaugehistogram" ? "le" : null;
  }
}

function uniform(bound: string): string {
  const value = bound === "+Inf" ? Infinity : Number(bound);
  return Number.isNaN(value) || bound.trim() === "" ? bound : boundText(value);
}
