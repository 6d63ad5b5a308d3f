import { Labels, METRIC_NAME } from "../model/labels.ts";
import { MAX_LABEL_NAME_BYTES, MAX_LABEL_VALUE_BYTES, MAX_LABELS } from "../model/names.ts";
import type { MetricType } from "../model/sample-batch.ts";
import type { BatchBuilder } from "./batch-builder.ts";
import { MalformedBodyError } from "./malformed-body.ts";
import { PairBytes, strictText } from "./pair-bytes.ts";
import { metricType } from "./remote-write-1.ts";
import { addHistogram } from "./remote-write-histogram.ts";
import { readUint32, WireReader } from "./wire-reader.ts";

const SYMBOLS = 0x22;
const TIMESERIES = 0x2a;

/**
 * Reads an `io.prometheus.write.v2.Request` (prompb/io/prometheus/write/v2/types.proto) into a batch. An item is a
 * sample or histogram, counted from 0. Created and start timestamps are passed over: nothing here asks when a counter
 * began.
 *
 * @throws MalformedBodyError
 */
export function decodeRemoteWrite2(body: Uint8Array, builder: BatchBuilder): void {
  new RequestReader(body, builder).read();
}

class RequestReader {
  readonly #reader: WireReader;
  readonly #builder: BatchBuilder;
  /** Where each symbol's text begins and ends in the body. */
  readonly #symbols: number[] = [];
  readonly #pairs = new PairBytes();
  readonly #refs: number[] = [];
  readonly #described = new Set<number>();
  #nameSymbol = -1;
  #item = 0;

  constructor(body: Uint8Array, builder: BatchBuilder) {
    this.#reader = new WireReader(body);
    this.#builder = builder;
  }

  read(): void {
    this.#findSymbols();
    const reader = this.#reader;
    reader.at = 0;
    while (reader.at < reader.end) {
      const tag = reader.uint32();
      if (tag === TIMESERIES) this.#readSeries();
      else reader.skip(tag);
    }
  }

  #findSymbols(): void {
    const reader = this.#reader;
    const symbols = this.#symbols;
    while (reader.at < reader.end) {
      const tag = reader.uint32();
      if (tag !== SYMBOLS) {
        reader.skip(tag);
        continue;
      }
      const end = reader.enter();
      symbols.push(reader.at, end);
      if (end - reader.at === METRIC_NAME.length && strictText(reader.bytes, reader.at, end) === METRIC_NAME)
        this.#nameSymbol = symbols.length / 2 - 1;
      reader.at = end;
    }
    if (symbols.length > 0 && symbols[0] !== symbols[1])
      throw new MalformedBodyError("The first symbol is not the empty text.");
  }

  #readSeries(): void {
    const reader = this.#reader;
    const end = reader.enter();
    const start = reader.at;
    this.#readLabelRefs(end);
    const series = this.#builder.seriesOf(this.#pairsOfRefs());
    reader.at = start;
    while (reader.at < end) {
      const tag = reader.uint32();
      if (tag === 0x12) this.#readSample(series);
      else if (tag === 0x1a) addHistogram(reader, reader.enter(), series, this.#item++, this.#builder);
      else if (tag === 0x22) this.#readExemplar(series);
      else if (tag === 0x2a && series >= 0) this.#readMetadata();
      else reader.skip(tag);
    }
    reader.leave(end);
  }

  /**
   * A few references can stand for much text: of a series that is refused for what it has too much of, only as much is
   * written as shows it.
   */
  #pairsOfRefs(): PairBytes {
    const { bytes, view } = this.#reader;
    const refs = this.#refs;
    const pairs = this.#pairs;
    pairs.clear();
    let labels = 0;
    for (let at = 0; at < refs.length && labels <= MAX_LABELS; at += 2) {
      const name = this.#startOf(refs[at] ?? 0);
      const nameEnd = this.#endOf(refs[at] ?? 0);
      const value = this.#startOf(refs[at + 1] ?? 0);
      const valueEnd = this.#endOf(refs[at + 1] ?? 0);
      if (value === valueEnd) continue;
      pairs.addBytes(bytes, view, name, Math.min(nameEnd, name + MAX_LABEL_NAME_BYTES + 1));
      pairs.addBytes(bytes, view, value, Math.min(valueEnd, value + MAX_LABEL_VALUE_BYTES + 1));
      labels += 1;
    }
    return pairs;
  }

  #readLabelRefs(end: number): void {
    const reader = this.#reader;
    this.#refs.length = 0;
    while (reader.at < end) {
      const tag = reader.uint32();
      if (tag >>> 3 === 1) reader.numbers(tag, this.#refs, readUint32);
      else reader.skip(tag);
    }
    reader.leave(end);
    if (this.#refs.length % 2 !== 0) throw new MalformedBodyError("A label of a series has no value.");
  }

  #readSample(series: number): void {
    const reader = this.#reader;
    const end = reader.enter();
    let valueAt = -1;
    let time = 0;
    while (reader.at < end) {
      const tag = reader.uint32();
      if (tag === 0x09) valueAt = reader.fixed(8);
      else if (tag === 0x10) time = reader.int64();
      else reader.skip(tag);
    }
    reader.leave(end);
    const { view } = reader;
    const low = valueAt < 0 ? 0 : view.getInt32(valueAt, true);
    const high = valueAt < 0 ? 0 : view.getInt32(valueAt + 4, true);
    this.#builder.addBits(series, this.#item++, time, low, high);
  }

  #readExemplar(series: number): void {
    const reader = this.#reader;
    const end = reader.enter();
    const refs: number[] = [];
    let value = 0;
    let time = 0;
    while (reader.at < end) {
      const tag = reader.uint32();
      if (tag >>> 3 === 1) reader.numbers(tag, refs, readUint32);
      else if (tag === 0x11) value = reader.double();
      else if (tag === 0x18) time = reader.int64();
      else reader.skip(tag);
    }
    reader.leave(end);
    if (refs.length % 2 !== 0) throw new MalformedBodyError("A label of an exemplar has no value.");
    const labels: [string, string][] = [];
    for (let at = 0; at < refs.length; at += 2)
      labels.push([this.#textOf(refs[at] ?? 0), this.#textOf(refs[at + 1] ?? 0)]);
    this.#builder.addExemplar(series, { labels: Labels.from(labels), value, time });
  }

  /** Of a metric's many series, the first speaks for all. */
  #readMetadata(): void {
    const reader = this.#reader;
    const end = reader.enter();
    let type = 0;
    let help = 0;
    let unit = 0;
    while (reader.at < end) {
      const tag = reader.uint32();
      if (tag === 0x08) type = reader.uint32();
      else if (tag === 0x18) help = reader.uint32();
      else if (tag === 0x20) unit = reader.uint32();
      else reader.skip(tag);
    }
    reader.leave(end);
    const refs = this.#refs;
    let name = -1;
    for (let at = 0; at < refs.length; at += 2) if (refs[at] === this.#nameSymbol) name = refs[at + 1] ?? -1;
    const isEmpty = type === 0 && help === 0 && unit === 0;
    if (name < 0 || isEmpty || this.#described.has(name)) return;
    this.#described.add(name);
    const kind = metricType(type);
    this.#builder.addMetadata(
      familyName(this.#textOf(name), kind),
      kind,
      this.#textOf(help),
      this.#textOf(unit),
    );
  }

  #startOf(ref: number): number {
    const start = this.#symbols[ref * 2];
    if (start === undefined)
      throw new MalformedBodyError("The message refers to a symbol that it does not have.");
    return start;
  }

  #endOf(ref: number): number {
    return this.#symbols[ref * 2 + 1] ?? 0;
  }

  #textOf(ref: number): string {
    const start = this.#startOf(ref);
    return strictText(this.#reader.bytes, start, this.#endOf(ref)) ?? "";
  }
}

/** Metadata belongs to the family: classic histograms and summaries are families of several metrics. */
function familyName(metric: string, type: MetricType): string {
  if (type === "histogram" || type === "gaugehistogram") return metric.replace(/_(?:bucket|sum|count)$/, "");
  return type === "summary" ? metric.replace(/_(?:sum|count)$/, "") : metric;
}
