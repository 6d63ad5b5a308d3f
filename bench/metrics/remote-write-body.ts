import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { compress } from "snappyjs";

/** Samples of one series, as a sender of remote write has them. */
export interface SentSeries {
  /** Sorted by name, as the protocol wants them. */
  labels: readonly (readonly [name: string, value: string])[];
  /** Milliseconds since 1970, and values; a {@link STALE} value is written as the stale marker. */
  samples: readonly (readonly [time: number, value: number | typeof STALE])[];
}

/** Says that a series is no longer there. Its bits do not survive as a JavaScript number. */
export const STALE = "stale";
const STALE_BITS = [0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f];

/** What every sender of remote write 1.0 says of its body. */
export const REMOTE_WRITE_HEADERS = {
  "content-type": "application/x-protobuf",
  "content-encoding": "snappy",
  "x-prometheus-remote-write-version": "0.1.0",
};

/** The body of one request of Prometheus' remote write 1.0: a `prometheus.WriteRequest`, compressed. */
export function remoteWriteBody(series: readonly SentSeries[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const { labels, samples } of series) {
    writer.tag(1, WireType.LengthDelimited).fork();
    for (const [name, value] of labels) {
      writer.tag(1, WireType.LengthDelimited).fork();
      writer.tag(1, WireType.LengthDelimited).string(name);
      writer.tag(2, WireType.LengthDelimited).string(value);
      writer.join();
    }
    for (const [time, value] of samples) {
      writer.tag(2, WireType.LengthDelimited).fork();
      writer.tag(1, WireType.Bit64);
      if (value === STALE) writer.raw(Uint8Array.from(STALE_BITS));
      else writer.double(value);
      writer.tag(2, WireType.Varint).int64(time);
      writer.join();
    }
    writer.join();
  }
  return compress(writer.finish());
}
