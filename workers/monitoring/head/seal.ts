import type { PackedBlob } from "../chunks/blob.ts";
import { DayPacker, sliceSamples } from "./day-packer.ts";
import { firstFrom } from "./order-samples.ts";
import type { SampleCells } from "./sample-cells.ts";
import { DAY, dayOf } from "./shard-settings.ts";

/** Samples between two breaks, a few milliseconds of work. */
const SLICE = 20_000;

export interface SealedDay {
  readonly day: number;
  readonly samples: number;
  readonly series: number;
  readonly blobs: readonly PackedBlob[];
}

/** Packs all samples by UTC day. Gives way now and then: between two slices others may run. */
export function* sealCells(cells: SampleCells): Generator<undefined, SealedDay[]> {
  const days = new Map<number, { packer: DayPacker; samples: number }>();
  let since = 0;
  for (let series = 0; series < cells.seriesEnd; series++) {
    if (!cells.has(series)) continue;
    const samples = cells.read(series);
    for (let from = 0; from < samples.length; ) {
      const day = dayOf(samples.times[from] ?? 0);
      const to = firstFrom(samples.times, (day + 1) * DAY);
      const sealed = days.get(day) ?? { packer: new DayPacker(), samples: 0 };
      days.set(day, sealed);
      sealed.packer.addSamples(series, sliceSamples(samples, from, to));
      sealed.samples += to - from;
      from = to;
    }
    since += samples.length;
    if (since < SLICE) continue;
    since = 0;
    yield;
  }
  return [...days].map(([day, { packer, samples }]) => ({
    day,
    samples,
    blobs: packer.finish(),
    series: packer.series,
  }));
}
