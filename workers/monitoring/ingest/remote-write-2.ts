import { Labels, METRIC_NAME } from "../model/labels.ts";
import { MAX_LABEL_NAME_BYTES, MAX_LABEL_VALUE_BYTES, MAX_LABELS } from "../model/names.ts";
import type { MetricType } from "../model/sample-batch.ts";
import type { BatchBuilder } from "./batch-builder.ts";
import { MalformedBodyError } from "./malformed-body.ts";
import { PairBytes, strictText } from "./pair-bytes.ts";
import { metricType } from "./remote-write-1.ts";
import { addHistogram } from "./remote-write-histogram.ts";
import { addSample } from "./remote-write-sample.ts";
import { readUint32, WireReader } from "./wire-reader.ts";

const SYMBOLS = 0x22;
const TIMESERIES = 0x2a;
const MAX_SYMBOLS = 1_000_000;
/** Of an exemplar's labels: more have more characters than it may. */
const MAX_EXEMPLAR_BYTES = 512;

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
  /** Where in the body each symbol's length stands, where its text begins and where it ends. */
  readonly #symbols: number[] = [];
  readonly #pairs = new PairBytes();
  #refs = new Uint32Array(256);
  #refCount = 0;
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
      const lengthAt = reader.at;
      const end = reader.enter();
      symbols.push(lengthAt, reader.at, end);
      if (symbols.length > MAX_SYMBOLS * 3)
        throw new MalformedBodyError("The request has more symbols than one may.", "too_large");
      if (end - reader.at === METRIC_NAME.length && strictText(reader.bytes, reader.at, end) === METRIC_NAME)
        this.#nameSymbol = symbols.length / 3 - 1;
      reader.at = end;
    }
    if (symbols.length > 0 && symbols[1] !== symbols[2])
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
      if (tag === 0x12) addSample(reader, reader.enter(), series, this.#item++, this.#builder);
      else if (tag === 0x1a) addHistogram(reader, reader.enter(), series, this.#item++, this.#builder);
      else if (tag === 0x22) this.#readExemplar(series);
      else if (tag === 0x2a && series >= 0) this.#readMetadata();
      else reader.skip(tag);
    }
    reader.leave(end);
  }

  /**
   * The body has a symbol as the key has it, its length before its text. A few references can stand for much text: of
   * what is refused for having too much, only as much is written as shows it.
   */
  #pairsOfRefs(): PairBytes {
    const { bytes, view } = this.#reader;
    const refs = this.#refs;
    const symbols = this.#symbols;
    const pairs = this.#pairs;
    pairs.clear();
    let labels = 0;
    for (let at = 0; at < this.#refCount && labels <= MAX_LABELS; at += 2) {
      const name = this.#placeOf(refs[at] ?? 0);
      const value = this.#placeOf(refs[at + 1] ?? 0);
      const nameAt = symbols[name + 1] ?? 0;
      const nameEnd = symbols[name + 2] ?? 0;
      const valueAt = symbols[value + 1] ?? 0;
      const valueEnd = symbols[value + 2] ?? 0;
      if (valueAt === valueEnd) continue;
      if (nameEnd - nameAt > MAX_LABEL_NAME_BYTES || valueEnd - valueAt > MAX_LABEL_VALUE_BYTES) {
        pairs.addBytes(bytes, view, nameAt, Math.min(nameEnd, nameAt + MAX_LABEL_NAME_BYTES + 1));
        pairs.addBytes(bytes, view, valueAt, Math.min(valueEnd, valueAt + MAX_LABEL_VALUE_BYTES + 1));
      } else {
        pairs.addEncoded(bytes, view, symbols[name] ?? 0, nameEnd);
        pairs.addEncoded(bytes, view, symbols[value] ?? 0, valueEnd);
      }
      labels += 1;
    }
    return pairs;
  }

  #readLabelRefs(end: number): void {
    const reader = this.#reader;
    this.#refCount = 0;
    while (reader.at < end) {
      const tag = reader.uint32();
      if (tag === 0x0a) {
        const refsEnd = reader.enter();
        while (reader.at < refsEnd) this.#addRef(reader.uint32());
        reader.leave(refsEnd);
      } else if (tag === 0x08) this.#addRef(reader.uint32());
      else reader.skip(tag);
    }
    reader.leave(end);
    if (this.#refCount % 2 !== 0) throw new MalformedBodyError("A label of a series has no value.");
  }

  #addRef(ref: number): void {
    if (this.#refCount === this.#refs.length) {
      const larger = new Uint32Array(this.#refCount * 2);
      larger.set(this.#refs);
      this.#refs = larger;
    }
    this.#refs[this.#refCount++] = ref;
  }

  #readExemplar(series: number): void {
    const reader = this.#reader;
    const end = reader.enter();
    const refs: number[] = [];
    reader.beginParts();
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
    let bytes = 0;
    for (const ref of refs) {
      const place = this.#placeOf(ref);
      bytes += (this.#symbols[place + 2] ?? 0) - (this.#symbols[place + 1] ?? 0);
    }
    if (bytes > MAX_EXEMPLAR_BYTES) return;
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
    for (let at = 0; at < this.#refCount; at += 2)
      if (refs[at] === this.#nameSymbol) name = refs[at + 1] ?? -1;
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

  #placeOf(ref: number): number {
    if (ref * 3 >= this.#symbols.length)
      throw new MalformedBodyError("The message refers to a symbol that it does not have.");
    return ref * 3;
  }

  #textOf(ref: number): string {
    const place = this.#placeOf(ref);
    const symbols = this.#symbols;
    return strictText(this.#reader.bytes, symbols[place + 1] ?? 0, symbols[place + 2] ?? 0) ?? "";
  }
}

/** Metadata belongs to the family: classic histograms and summaries are families of several metrics. */
function familyName(metric: string, type: MetricType): string {
  if (type === "histogram" || type === "gaugehistogram") return metric.replace(/_(?:bucket|sum|count)$/, "");
  return type === "summary" ? metric.replace(/_(?:sum|count)$/, "") : metric;
}
