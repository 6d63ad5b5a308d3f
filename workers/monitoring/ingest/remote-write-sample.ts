import type { BatchBuilder } from "./batch-builder.ts";
import type { WireReader } from "./wire-reader.ts";

/**
 * Reads a sample up to a place and adds it. Its value and its time are the same in remote write 1.0 (prompb/types.proto)
 * and 2.0 (write/v2/types.proto). A value that is left out is 0.
 */
export function addSample(
  reader: WireReader,
  end: number,
  series: number,
  item: number,
  builder: BatchBuilder,
): void {
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
  builder.addBits(series, item, time, low, high);
}
