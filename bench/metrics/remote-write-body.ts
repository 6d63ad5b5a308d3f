import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { compress } from "snappyjs";

/** A series' labels as a sender of remote write has them, sorted by name as the protocol wants them. */
export type SentLabels = readonly (readonly [name: string, value: string])[];

export interface SentSeries {
  labels: SentLabels;
  /** Milliseconds since 1970, and values; {@link STALE} is written as the stale marker. */
  samples: readonly (readonly [time: number, value: number | typeof STALE])[];
}

/** Says that a series is no longer there. Its bits do not survive as a JavaScript number. */
export const STALE = "stale";
const STALE_BITS = Uint8Array.of(0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f);

/** What every sender of remote write 1.0 says of its body. */
export const REMOTE_WRITE_HEADERS = {
  "content-type": "application/x-protobuf",
  "content-encoding": "snappy",
  "x-prometheus-remote-write-version": "0.1.0",
};

/** The body of one request of Prometheus' remote write 1.0: a `prometheus.WriteRequest`, compressed. */
export function remoteWriteBody(series: Iterable<SentSeries>): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const { labels, samples } of series) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.raw(labelBytes(labels));
    for (const [time, value] of samples) {
      writer.tag(2, WireType.LengthDelimited).fork();
      writer.tag(1, WireType.Bit64);
      if (value === STALE) writer.raw(STALE_BITS);
      else writer.double(value);
      writer.tag(2, WireType.Varint).int64(time);
      writer.join();
    }
    writer.join();
  }
  return Uint8Array.from(compress(writer.finish()));
}

const encoded = new WeakMap<SentLabels, Uint8Array>();

/** Encoded once, since a series is sent again and again. */
function labelBytes(labels: SentLabels): Uint8Array {
  const known = encoded.get(labels);
  if (known !== undefined) return known;
  const writer = new BinaryWriter();
  for (const [name, value] of labels) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(name);
    writer.tag(2, WireType.LengthDelimited).string(value);
    writer.join();
  }
  const bytes = writer.finish();
  encoded.set(labels, bytes);
  return bytes;
}
