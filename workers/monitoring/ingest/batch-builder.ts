import type { Histogram } from "../model/histogram.ts";
import { MAX_LABEL_NAME_BYTES, MAX_LABEL_VALUE_BYTES, MAX_LABELS } from "../model/names.ts";
import type {
  Exemplar,
  MetricMetadata,
  MetricType,
  RefusalReason,
  SampleBatch,
} from "../model/sample-batch.ts";
import { markStale } from "../model/samples.ts";
import { histogramIsSound, histogramNumbers } from "./histogram-check.ts";
import { type KeyForm, PAIRS } from "./key-form.ts";
import { MalformedBodyError } from "./malformed-body.ts";
import type { PairBytes } from "./pair-bytes.ts";
import { describeSeries, type Refusal, refusal } from "./refusal.ts";
import type { SeriesCache } from "./series-cache.ts";
import { BATCH, BATCH_SERIES, HASH } from "./series-table.ts";

/** Samples may be so many milliseconds ahead of our clock, as with Prometheus. */
const MAX_AHEAD_MS = 10 * 60 * 1000;
/** The times that a Date can hold. */
const MAX_TIME = 8.64e15;
/** Characters of an exemplar's labels, by OpenMetrics. */
const MAX_EXEMPLAR_CHARACTERS = 128;
/** Characters of what is said of a metric. */
const MAX_HELP = 4_096;
const MAX_UNIT = 256;
/** A histogram is one row of a shard's log, which has to stay below a megabyte. */
const MAX_HISTOGRAM_NUMBERS = 10_000;
/** Refusals beyond so many do not name their series. */
const DESCRIBED_REFUSALS = 20;
/** Bytes of labels beyond which a series is refused unread: no valid one takes as many. */
const MAX_KEY_BYTES = (MAX_LABELS + 1) * (MAX_LABEL_NAME_BYTES + MAX_LABEL_VALUE_BYTES + 16);

/** Memory that one request may make a batch take; small bodies can claim much. */
const MAX_BYTES = 64 * 1024 * 1024;
const SAMPLE_BYTES = 32;
const OBJECT_BYTES = 192;
/** What of it may go to one shard, which a call can hand 32 MiB; an object goes with the names of its members. */
const MAX_SENT_BYTES = 30 * 1024 * 1024;
const SENT_SAMPLE_BYTES = 20;
const SENT_SERIES_BYTES = 12;
const SENT_OBJECT_BYTES = 640;

/** The item of samples that a request does not hold itself, such as OTLP's target_info. */
export const NO_ITEM = 0xffffffff;

/** What a request brought: samples to be taken, and what is refused already. */
export interface DecodedRequest {
  readonly batch: SampleBatch;
  /** Which item of the request each sample of the batch comes from. */
  readonly items: Uint32Array;
  readonly refused: readonly Refusal[];
}

/**
 * Builds the batch of one request, and refuses what does not fit the data model. A series is a number that
 * {@link series} gives; the number of a refused series is negative, and its samples are refused as they come.
 */
export class BatchBuilder {
  readonly #cache: SeriesCache;
  readonly #batch: number;
  readonly #latest: number;
  #bytesTaken = 0;
  #bytesSent = 0;

  #labelBytes = new Uint8Array(32 * 1024);
  #labelView = new DataView(this.#labelBytes.buffer);
  #labelEnds = new Uint32Array(256);
  #hashes = new Uint32Array(512);
  #seriesCount = 0;

  #series = new Uint32Array(256);
  #items = new Uint32Array(256);
  #times = new Float64Array(256);
  #values = new Float64Array(256);
  #bits = new Uint32Array(this.#values.buffer);
  #count = 0;

  readonly #histograms: { sample: number; histogram: Histogram }[] = [];
  readonly #exemplars: { series: number; exemplar: Exemplar }[] = [];
  readonly #metadata = new Map<string, MetricMetadata>();
  readonly #refused: Refusal[] = [];
  readonly #faults: { reason: RefusalReason; described: string }[] = [];

  /** @param now milliseconds since 1970 */
  constructor(cache: SeriesCache, now: number) {
    this.#cache = cache;
    this.#batch = cache.nextBatch();
    this.#latest = now + MAX_AHEAD_MS;
  }

  /** The series that bytes `start` to `end` are the labels of. */
  series(form: KeyForm, bytes: Uint8Array, view: DataView, start: number, end: number): number {
    if (end - start > MAX_KEY_BYTES) return this.#faulty("label_too_long", "", 0);
    const cache = this.#cache;
    const row = cache.resolve(form, bytes, view, start, end);
    const { table } = cache;
    const from = table.labelsStart(row);
    const size = table.labelsEnd(row) - from;
    if (size === 0) {
      const describes = this.#faults.length < DESCRIBED_REFUSALS;
      const described = describes ? describeSeries(form.pairs(bytes, start, end)) : "";
      return this.#faulty(cache.faultOf(row) ?? "missing_metric_name", described, end - start);
    }
    const { words } = table;
    const word = table.at(row);
    if (words[word + BATCH] === this.#batch) return words[word + BATCH_SERIES] ?? 0;
    const index = this.#seriesCount;
    const at = index === 0 ? 0 : (this.#labelEnds[index - 1] ?? 0);
    this.#makeRoomForSeries(at + size);
    this.#send(SENT_SERIES_BYTES + size);
    const source = table.view;
    const into = this.#labelView;
    for (let done = 0; done < size; done += 4) {
      into.setInt32(at + done, source.getInt32(from + done, true), true);
    }
    this.#labelEnds[index] = at + size;
    this.#hashes[index * 2] = words[word + HASH] ?? 0;
    this.#hashes[index * 2 + 1] = words[word + HASH + 1] ?? 0;
    words[word + BATCH] = this.#batch;
    words[word + BATCH_SERIES] = index;
    this.#seriesCount = index + 1;
    return index;
  }

  seriesOf(pairs: PairBytes): number {
    return this.series(PAIRS, pairs.bytes, pairs.view, 0, pairs.length);
  }

  addSample(series: number, item: number, time: number, value: number): void {
    if (!this.#admits(series, item, time)) return;
    this.#values[this.#count] = value;
    this.#count += 1;
  }

  /** A value by the two words of its bits, which keeps what kind of NaN it is. */
  addBits(series: number, item: number, time: number, low: number, high: number): void {
    if (!this.#admits(series, item, time)) return;
    this.#bits[this.#count * 2] = low;
    this.#bits[this.#count * 2 + 1] = high;
    this.#count += 1;
  }

  addStaleMarker(series: number, item: number, time: number): void {
    if (!this.#admits(series, item, time)) return;
    markStale(this.#bits, this.#count);
    this.#count += 1;
  }

  addHistogram(series: number, item: number, time: number, histogram: Histogram): void {
    const numbers = histogramNumbers(histogram);
    if (numbers > MAX_HISTOGRAM_NUMBERS || !histogramIsSound(histogram)) {
      this.refuse(item, "invalid_histogram");
      return;
    }
    this.#take(OBJECT_BYTES + numbers * 8);
    if (!this.#admits(series, item, time)) return;
    this.#values[this.#count] = Number.NaN;
    this.#send(SENT_OBJECT_BYTES + numbers * 10);
    this.#histograms.push({ sample: this.#count, histogram });
    this.#count += 1;
  }

  /** Exemplars are extras: one that does not fit is left out, and nothing else suffers. */
  addExemplar(series: number, exemplar: Exemplar): void {
    this.#take(OBJECT_BYTES);
    if (series < 0 || !isTime(exemplar.time) || exemplar.time > this.#latest) return;
    let characters = 0;
    for (const part of exemplar.labels.flat) characters += part.length;
    if (characters > MAX_EXEMPLAR_CHARACTERS) return;
    this.#send(SENT_OBJECT_BYTES);
    this.#exemplars.push({ series, exemplar });
  }

  /** Texts that are too long are cut; what is too long for a name describes nothing. */
  addMetadata(metric: string, type: MetricType, help: string, unit: string): void {
    this.#take(OBJECT_BYTES + metric.length + help.length + unit.length);
    if (metric === "" || metric.length > MAX_LABEL_VALUE_BYTES) return;
    this.#send(SENT_OBJECT_BYTES + (metric.length + help.length + unit.length) * 2);
    this.#metadata.set(metric, {
      metric,
      type,
      help: help.slice(0, MAX_HELP).toWellFormed(),
      unit: unit.slice(0, MAX_UNIT).toWellFormed(),
    });
  }

  refuse(item: number, reason: RefusalReason, more?: string): void {
    if (item === NO_ITEM) return;
    this.#take(OBJECT_BYTES);
    this.#refused.push(refusal(item, reason, more));
  }

  finish(): DecodedRequest {
    const series = this.#seriesCount;
    const count = this.#count;
    return {
      batch: {
        labelBytes: this.#labelBytes.slice(0, series === 0 ? 0 : this.#labelEnds[series - 1]),
        labelEnds: this.#labelEnds.slice(0, series),
        hashes: this.#hashes.slice(0, series * 2),
        series: this.#series.slice(0, count),
        times: this.#times.slice(0, count),
        values: this.#values.slice(0, count),
        histograms: this.#histograms,
        exemplars: this.#exemplars,
        metadata: [...this.#metadata.values()],
      },
      items: this.#items.slice(0, count),
      refused: this.#refused,
    };
  }

  #admits(series: number, item: number, time: number): boolean {
    if (series < 0) {
      const fault = this.#faults[-series - 1];
      if (fault !== undefined) this.refuse(item, fault.reason, fault.described);
      return false;
    }
    if (time > this.#latest || !isTime(time)) {
      this.refuse(item, isTime(time) ? "too_far_in_future" : "invalid_timestamp");
      return false;
    }
    this.#send(SENT_SAMPLE_BYTES);
    const count = this.#count;
    if (count === this.#times.length) this.#makeRoomForSamples(count * 2);
    this.#series[count] = series;
    this.#items[count] = item;
    this.#times[count] = time;
    return true;
  }

  /** @param bytes that were read to find it out: much work may come of little, too */
  #faulty(reason: RefusalReason, described: string, bytes: number): number {
    this.#take(OBJECT_BYTES + bytes);
    return -this.#faults.push({ reason, described });
  }

  #makeRoomForSeries(labelsEnd: number): void {
    if (labelsEnd + 4 > this.#labelBytes.length) {
      const larger = new Uint8Array((labelsEnd + 4) * 2);
      this.#take(larger.length);
      larger.set(this.#labelBytes);
      this.#labelBytes = larger;
      this.#labelView = new DataView(larger.buffer);
    }
    const series = this.#seriesCount;
    if (series < this.#labelEnds.length) return;
    this.#labelEnds = moved(this.#labelEnds, new Uint32Array(series * 2));
    this.#hashes = moved(this.#hashes, new Uint32Array(series * 4));
  }

  #makeRoomForSamples(size: number): void {
    this.#take((size / 2) * SAMPLE_BYTES);
    this.#series = moved(this.#series, new Uint32Array(size));
    this.#items = moved(this.#items, new Uint32Array(size));
    this.#times = moved(this.#times, new Float64Array(size));
    this.#values = moved(this.#values, new Float64Array(size));
    this.#bits = new Uint32Array(this.#values.buffer);
  }

  #take(bytes: number): void {
    this.#bytesTaken += bytes;
    if (this.#bytesTaken > MAX_BYTES) throw tooLarge();
  }

  #send(bytes: number): void {
    this.#bytesSent += bytes;
    if (this.#bytesSent > MAX_SENT_BYTES) throw tooLarge();
  }
}

const tooLarge = () =>
  new MalformedBodyError("The request holds more samples than one may: send it in parts.", "too_large");

const isTime = (time: number): boolean => Number.isInteger(time) && time >= -MAX_TIME && time <= MAX_TIME;

function moved<Column extends Uint32Array | Float64Array>(from: Column, into: Column): Column {
  into.set(from);
  return into;
}
