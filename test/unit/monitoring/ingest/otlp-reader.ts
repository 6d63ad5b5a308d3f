import { decodeOtlp } from "../../../../workers/monitoring/ingest/otlp/decode.ts";
import { type Metric, type OtlpRequest, otlpProtobuf, type Point } from "./otlp-messages.ts";
import { decoded, NOW, samplesOf } from "./read-batch.ts";

export const NANOSECONDS = `${NOW}000000`;
export const CUMULATIVE = 2;

export const encodings = [
  { encoding: "protobuf" as const, write: otlpProtobuf },
  {
    encoding: "json" as const,
    write: (request: OtlpRequest) => new TextEncoder().encode(JSON.stringify(request)),
  },
];

export const attribute = (key: string, text: string) => ({ key, value: { stringValue: text } });

export const at = (point: Point): Point => ({ timeUnixNano: NANOSECONDS, ...point });

/** What reads requests, or metrics alone, that are sent in an encoding. */
export function otlpReader({ encoding, write }: (typeof encodings)[number]) {
  const readAll = (request: OtlpRequest) =>
    decoded((builder) => decodeOtlp(write(request), encoding, builder));
  const read = (...metrics: Metric[]) => readAll({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  /** Name and labels as a text, and the value, of each sample. */
  const values = (...metrics: Metric[]) =>
    samplesOf(read(...metrics).batch).map(({ labels: { __name__, ...labels }, value }) => [
      `${__name__}${Object.entries(labels)
        .map(([name, text]) => `,${name}=${text}`)
        .join("")}`,
      value,
    ]);
  return { readAll, read, values };
}
