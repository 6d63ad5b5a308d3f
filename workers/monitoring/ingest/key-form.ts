import { strictText } from "./pair-bytes.ts";
import { WireReader } from "./wire-reader.ts";

/** A form that the labels of a series come in, as bytes. */
export interface KeyForm {
  /** Tells apart equal bytes of different forms. */
  readonly id: 0 | 1;
  /** name, value, name, value… as they came; null stands for what is not UTF-8. */
  readonly pairs: (bytes: Uint8Array, start: number, end: number) => (string | null)[];
}

/** What {@link PairBytes} writes. */
export const PAIRS: KeyForm = {
  id: 0,
  pairs(bytes, start, end) {
    const reader = new WireReader(bytes, start, end);
    const pairs: (string | null)[] = [];
    while (reader.at < end) pairs.push(readPart(reader));
    return pairs;
  },
};

/** The `labels` fields of prompb.TimeSeries, each with its tag. */
export const WIRE_LABELS: KeyForm = {
  id: 1,
  pairs(bytes, start, end) {
    const reader = new WireReader(bytes, start, end);
    const pairs: (string | null)[] = [];
    while (reader.at < end) {
      reader.uint32();
      pairs.push(...readLabel(reader));
    }
    return pairs;
  },
};

/** One prompb.Label whose tag was read. */
export function readLabel(reader: WireReader): [name: string | null, value: string | null] {
  const end = reader.enter();
  let name: string | null = "";
  let value: string | null = "";
  while (reader.at < end) {
    const tag = reader.uint32();
    if (tag === 0x0a) name = readPart(reader);
    else if (tag === 0x12) value = readPart(reader);
    else reader.skip(tag);
  }
  reader.leave(end);
  return [name, value];
}

function readPart(reader: WireReader): string | null {
  const end = reader.enter();
  const start = reader.at;
  reader.at = end;
  return strictText(reader.bytes, start, end);
}
