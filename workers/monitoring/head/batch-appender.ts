import type { Histogram } from "../model/histogram.ts";
import { Labels } from "../model/labels.ts";
import type { AppendResult, RefusalReason } from "../model/sample-batch.ts";
import type { Samples } from "../model/samples.ts";
import type { Head } from "./head.ts";
import type { ShardBatch } from "./shard-batch.ts";
import { DAY, type ShardSettings } from "./shard-settings.ts";
import { RecordWriter } from "./wal-record.ts";

const UNKNOWN = -1;
/** Descriptions of metrics that a shard keeps; they stay in memory. */
const MOST_METADATA = 20_000;
/** The exponent bits of infinities and NaNs. */
const NOT_FINITE = 0x7ff00000;

/** The sealed sample of a series at a time, alone; null where there is none. */
export type FindSealed = (series: number, time: number) => Samples | null;

/** Takes batches into a head. */
export class BatchAppender {
  readonly #head: Head;
  readonly #findSealed: FindSealed;
  readonly #writer = new RecordWriter();

  constructor(head: Head, findSealed: FindSealed) {
    this.#head = head;
    this.#findSealed = findSealed;
  }

  /**
   * Takes what it can of a batch.
   *
   * @param now milliseconds since 1970
   * @param keptFrom samples before it are too old, whatever the settings say
   * @returns the reply, and the records that must be durable before it is given
   */
  append(
    batch: ShardBatch,
    settings: ShardSettings,
    now: number,
    keptFrom: number,
  ): { result: AppendResult; records: Uint8Array<ArrayBuffer>[] } {
    const judged = this.#judge(batch, settings, now, keptFrom);
    this.#writer.samples(judged);
    for (const { sample, histogram } of batch.histograms) {
      if (judged.isTaken[sample] !== 1) continue;
      this.#writer.histogram(judged.series[sample] ?? 0, batch.times[sample] ?? 0, histogram);
    }
    this.#takeExemplars(batch);
    this.#takeMetadata(batch);
    const accepted = batch.times.length - judged.refused.length;
    return { result: { accepted, refused: judged.refused }, records: this.#writer.take() };
  }

  #judge(batch: ShardBatch, settings: ShardSettings, now: number, keptFrom: number) {
    const { times, values } = batch;
    const { table } = this.#head;
    const count = times.length;
    const bits = new Uint32Array(values.buffer, values.byteOffset, count * 2);
    const known = new Int32Array(batch.labelEnds.length).fill(UNKNOWN);
    const histograms = new Map(batch.histograms.map(({ sample, histogram }) => [sample, histogram]));
    const series = new Int32Array(count);
    const places = new Uint32Array(count);
    const isTaken = new Uint8Array(count);
    const refused: { sample: number; reason: RefusalReason }[] = [];
    const oldest = Math.max(now - settings.retentionDays.raw * DAY, keptFrom);
    const newest = now + settings.futureMs;
    let taken = 0;
    for (let sample = 0; sample < count; sample++) {
      const time = times[sample] ?? 0;
      const histogram = histograms.size === 0 ? null : (histograms.get(sample) ?? null);
      let reason: RefusalReason | "again" | null = null;
      let id = UNKNOWN;
      if (time < oldest) reason = "too_old";
      else if (time > newest) reason = "too_far_in_future";
      else if (!Number.isSafeInteger(time)) reason = "invalid_timestamp";
      else {
        const place = batch.series[sample] ?? 0;
        id = known[place] ?? UNKNOWN;
        if (id === UNKNOWN) {
          id = this.#resolve(batch, place, settings);
          known[place] = id;
        }
        if (id === UNKNOWN) reason = "series_limit";
      }
      const low = bits[sample * 2] ?? 0;
      const high = bits[sample * 2 + 1] ?? 0;
      if (reason === null && time <= table.last(id)) {
        reason = this.#judgeLate(id, time, low, high, histogram, settings.outOfOrderMs);
      }
      if (reason === null) {
        this.#head.sample(id, time, low, high, histogram);
        series[sample] = id;
        isTaken[sample] = 1;
        if (histogram === null) places[taken++] = sample;
      } else if (reason !== "again") refused.push({ sample, reason });
    }
    return { series, times, bits, places: places.subarray(0, taken), isTaken, refused };
  }

  /** @returns "again" for a sample that is there already */
  #judgeLate(
    series: number,
    time: number,
    low: number,
    high: number,
    histogram: Histogram | null,
    windowMs: number,
  ): RefusalReason | "again" | null {
    const { table } = this.#head;
    const isNumber = (high & NOT_FINITE) !== NOT_FINITE;
    if (time === table.last(series) && isNumber) {
      return low === table.lastLow(series) && high === table.lastHigh(series)
        ? "again"
        : "duplicate_timestamp";
    }
    const there = this.#head.find(series, time) ?? this.#findSealed(series, time);
    if (there === null) return time < table.last(series) - windowMs ? "out_of_order" : null;
    const isSame =
      there.bits[0] === low &&
      there.bits[1] === high &&
      textOf(there.histograms?.[0] ?? null) === textOf(histogram);
    return isSame ? "again" : "duplicate_timestamp";
  }

  /** The number of a series of the batch, a new one where it is unknown, or -1 where there are too many. */
  #resolve(batch: ShardBatch, place: number, settings: ShardSettings): number {
    const found = this.#find(batch, place);
    if (found !== UNKNOWN) return found;
    const { table } = this.#head;
    const start = place === 0 ? 0 : (batch.labelEnds[place - 1] ?? 0);
    const end = batch.labelEnds[place] ?? 0;
    if (table.size >= settings.maxSeries) return UNKNOWN;
    if (table.labelBytes + end - start > settings.maxLabelBytes) return UNKNOWN;
    const low = batch.hashes[place * 2] ?? 0;
    const high = batch.hashes[place * 2 + 1] ?? 0;
    const series = table.add(batch.labelBytes, start, end, low, high);
    this.#writer.series(series, batch.labelBytes.subarray(start, end), low, high);
    return series;
  }

  #find(batch: ShardBatch, place: number): number {
    return this.#head.table.find(
      batch.labelBytes,
      place === 0 ? 0 : (batch.labelEnds[place - 1] ?? 0),
      batch.labelEnds[place] ?? 0,
      batch.hashes[place * 2] ?? 0,
      batch.hashes[place * 2 + 1] ?? 0,
    );
  }

  #takeExemplars(batch: ShardBatch): void {
    for (const { series: place, labels, value, time } of batch.exemplars) {
      const series = this.#find(batch, place);
      if (series === UNKNOWN) continue;
      const kept = { series, labels: new Labels(labels), value, time };
      if (this.#head.exemplar(kept)) this.#writer.exemplar(kept);
    }
  }

  #takeMetadata(batch: ShardBatch): void {
    for (const metadata of batch.metadata) {
      const { metadataOf } = this.#head;
      const known = metadataOf.get(metadata.metric);
      if (known === undefined && metadataOf.size >= MOST_METADATA) continue;
      const { type, help, unit } = metadata;
      if (known?.type === type && known.help === help && known.unit === unit) continue;
      this.#head.metadata(metadata);
      this.#writer.metadata(metadata);
    }
  }
}

/** Equal for equal histograms; JSON alone would take NaN for Infinity. */
function textOf(histogram: Histogram | null): string {
  return JSON.stringify(histogram, (_, value) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}
