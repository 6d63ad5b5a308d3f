import { Labels, METRIC_NAME } from "../model/labels.ts";
import { boundText } from "../model/number-text.ts";
import { type Exemplar, METRIC_TYPES, type MetricType } from "../model/sample-batch.ts";
import type { BatchBuilder } from "./batch-builder.ts";
import { ExpositionLine, LineFault, withoutEscapes } from "./exposition-line.ts";
import { PAIRS } from "./key-form.ts";
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
  for (let start = 0; start < body.length; ) {
    const end = blockEnd(body, start);
    const text = strictText(body, start, end);
    if (text === null) reader.readLines(body, start, end);
    else reader.readBlock(text);
    start = end;
  }
  reader.finish();
}

/** Text is decoded in blocks of whole lines: one by one they would cost more, all at once take much memory. */
const BLOCK_BYTES = 64 * 1024;

function blockEnd(body: Uint8Array, start: number): number {
  if (body.length - start <= BLOCK_BYTES) return body.length;
  const last = body.lastIndexOf(LINE_FEED, start + BLOCK_BYTES);
  if (last >= start) return last + 1;
  const next = body.indexOf(LINE_FEED, start);
  return next < 0 ? body.length : next + 1;
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
  readonly #line = new ExpositionLine();
  #number = 0;
  readonly #families = new Map<string, Family>();
  #hasEnded = false;

  constructor(format: TextFormat, builder: BatchBuilder, now: number) {
    this.#isOpenMetrics = format === "openmetrics";
    this.#builder = builder;
    this.#now = now;
  }

  readBlock(text: string): void {
    for (let start = 0; start < text.length; ) {
      const found = text.indexOf("\n", start);
      const end = found < 0 ? text.length : found;
      this.#readLine(text, start, end);
      start = end + 1;
    }
  }

  /** Lines of which some are not UTF-8. */
  readLines(body: Uint8Array, from: number, to: number): void {
    for (let start = from; start < to; ) {
      const found = body.indexOf(LINE_FEED, start);
      const end = found < 0 || found > to ? to : found;
      const text = strictText(body, start, end);
      if (text !== null) this.#readLine(text, 0, text.length);
      else {
        this.#number += 1;
        this.#builder.refuse(this.#number, "malformed", `line ${this.#number}: it is not UTF-8`);
      }
      start = end + 1;
    }
  }

  finish(): void {
    if (this.#isOpenMetrics && !this.#hasEnded)
      throw new MalformedBodyError("The text does not end with # EOF: it was cut off.");
  }

  #readLine(text: string, start: number, end: number): void {
    this.#number += 1;
    if (this.#hasEnded) throw new MalformedBodyError(`Line ${this.#number} comes after # EOF.`);
    const line = this.#line;
    line.goTo(text, start, end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end);
    try {
      line.skipSpaces();
      if (line.isAtEnd) return;
      if (line.takes("#")) this.#readComment(line);
      else this.#readSample(line);
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      this.#builder.refuse(this.#number, "malformed", `line ${this.#number}: ${error.message}`);
    }
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
    this.#builder.addMetadata(name, family.type, family.help, family.unit);
  }

  #readSample(line: ExpositionLine): void {
    const pairs = this.#pairs;
    this.#readSeries(line, pairs);
    line.skipSpaces();
    const value = line.number();
    line.skipSpaces();
    const time = line.isAtEnd || line.comes("#") ? this.#now : this.#time(line);
    line.skipSpaces();
    const exemplar = this.#isOpenMetrics && line.takes("#") ? this.#readExemplar(line, time) : null;
    if (!line.isAtEnd) line.fail("there is more than a sample");
    const series = this.#builder.seriesOf(pairs);
    this.#builder.addSample(series, this.#number, time, value);
    if (exemplar !== null) this.#builder.addExemplar(series, exemplar);
  }

  /** name{a="b"}, name, or {"name",a="b"}. */
  #readSeries(line: ExpositionLine, into: PairBytes): void {
    into.clear();
    let bound: string | null = null;
    if (!line.comes("{")) {
      const metric = line.metricName();
      into.addText(METRIC_NAME);
      into.addText(metric);
      bound = this.#boundLabel(metric);
    }
    line.skipSpaces();
    if (line.takes("{")) this.#readLabels(line, into, bound);
  }

  /** @param boundOfMetric the label that is a number */
  #readLabels(line: ExpositionLine, into: PairBytes, boundOfMetric: string | null): void {
    let bound = boundOfMetric;
    line.skipSpaces();
    while (!line.takes("}")) {
      const isQuoted = line.comes('"');
      const name = line.labelName();
      line.skipSpaces();
      if (isQuoted && (line.comes(",") || line.comes("}"))) {
        into.addText(METRIC_NAME);
        into.addText(name);
        bound = this.#boundLabel(name);
      } else {
        line.expect("=");
        line.skipSpaces();
        const value = line.quoted();
        into.addText(name);
        into.addText(name === bound ? uniform(value) : value);
      }
      line.skipSpaces();
      if (!line.takes(",") && !line.comes("}")) line.fail("a comma or } is missing");
      line.skipSpaces();
    }
  }

  #readExemplar(line: ExpositionLine, sampleTime: number): Exemplar {
    const pairs = new PairBytes();
    line.skipSpaces();
    line.expect("{");
    this.#readLabels(line, pairs, null);
    line.skipSpaces();
    const value = line.number();
    line.skipSpaces();
    const time = line.isAtEnd ? sampleTime : this.#time(line);
    return { labels: labelsOf(pairs), value, time };
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

function labelsOf({ bytes, length }: PairBytes): Labels {
  const flat = PAIRS.pairs(bytes, 0, length);
  const pairs: [string, string][] = [];
  for (let at = 0; at < flat.length; at += 2) pairs.push([flat[at] ?? "", flat[at + 1] ?? ""]);
  return Labels.from(pairs);
}

function uniform(bound: string): string {
  const value = bound === "+Inf" ? Infinity : Number(bound);
  return Number.isNaN(value) || bound.trim() === "" ? bound : boundText(value);
}
