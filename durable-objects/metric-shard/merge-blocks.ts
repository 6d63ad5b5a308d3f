import type { PackedBlob } from "../../workers/monitoring/chunks/blob.ts";
import { DayPacker } from "../../workers/monitoring/head/day-packer.ts";
import { mergeSamples } from "../../workers/monitoring/head/order-samples.ts";
import { RESOLUTIONS, type Resolution } from "../../workers/monitoring/head/shard-settings.ts";
import type { Samples } from "../../workers/monitoring/model/samples.ts";
import { rollUp } from "../../workers/monitoring/rollups/rollup.ts";
import { encodeRollup } from "../../workers/monitoring/rollups/rollup-chunk.ts";
import { BlockCursor } from "./block-cursor.ts";
import type { BlobRef, Block } from "./block-store.ts";

/** Samples between two breaks, a few milliseconds of work. */
const SLICE = 20_000;

export interface MergePorts {
  read(block: Block, ref: BlobRef): Promise<Uint8Array>;
  write(blobs: readonly PackedBlob[]): BlobRef[];
  /** Lets others run. */
  pause(): Promise<void>;
}

export interface MergedBlock {
  readonly resolution: Resolution;
  readonly samples: number;
  readonly series: number;
  readonly blobs: readonly BlobRef[];
}

/**
 * Packs the samples of several blocks of one day into one, and rolls them up. Blobs are written as they fill: they
 * belong to no block until the caller makes them one.
 *
 * @param sources raw blocks, in the order in which they were written
 * @throws DamagedBlockError when one of them is not what was written
 */
export async function mergeBlocks(
  sources: readonly Block[],
  resolutions: readonly Exclude<Resolution, "raw">[],
  ports: MergePorts,
): Promise<MergedBlock[]> {
  const cursors = sources.map((block) => new BlockCursor(block, (ref) => ports.read(block, ref)));
  const raw = new Output("raw", ports);
  const rollups = resolutions.map((resolution) => ({
    output: new Output(resolution, ports),
    bucketMs: RESOLUTIONS[resolution],
  }));
  let since = 0;
  for (;;) {
    const series = Math.min(...(await Promise.all(cursors.map((cursor) => cursor.peek()))));
    if (series === Number.POSITIVE_INFINITY) break;
    const runs: Samples[] = [];
    for (const cursor of cursors) runs.push(...(await cursor.take(series)));
    const samples = mergeSamples(runs);
    raw.packer.addSamples(series, samples);
    raw.added(samples.length);
    for (const { output, bucketMs } of rollups) {
      const rollup = rollUp(samples, bucketMs);
      if (rollup.start.length === 0) continue;
      output.packer.addChunk(series, encodeRollup(rollup));
      output.added(rollup.start.length);
    }
    since += samples.length;
    if (since < SLICE) continue;
    since = 0;
    await ports.pause();
  }
  return [raw, ...rollups.map(({ output }) => output)].map((output) => output.finish());
}

/** A block in the making. */
class Output {
  readonly packer = new DayPacker();
  readonly #resolution: Resolution;
  readonly #ports: MergePorts;
  readonly #refs: BlobRef[] = [];
  #samples = 0;

  constructor(resolution: Resolution, ports: MergePorts) {
    this.#resolution = resolution;
    this.#ports = ports;
  }

  added(samples: number): void {
    this.#samples += samples;
    this.#refs.push(...this.#ports.write(this.packer.take()));
  }

  finish(): MergedBlock {
    this.#refs.push(...this.#ports.write(this.packer.finish()));
    return {
      resolution: this.#resolution,
      samples: this.#samples,
      series: this.packer.series,
      blobs: this.#refs,
    };
  }
}
