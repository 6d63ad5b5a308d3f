import { describe, expect, test } from "vitest";
import {
  remoteWriteFormat,
  writtenHeaders,
} from "../../../../workers/monitoring/ingest/remote-write-format.ts";

const formatOf = (headers: Record<string, string>) => remoteWriteFormat(new Headers(headers));

describe("remoteWriteFormat", () => {
  test.each([
    ["application/x-protobuf", "1.0"],
    ["application/x-protobuf;proto=prometheus.WriteRequest", "1.0"],
    ["application/x-protobuf; proto=io.prometheus.write.v2.Request", "2.0"],
    ['Application/X-Protobuf; charset=utf-8; proto="io.prometheus.write.v2.Request"', "2.0"],
  ])("takes %s for version %s", (type, version) => {
    const headers = { "Content-Type": type, "Content-Encoding": "snappy" };
    expect(formatOf(headers)).toEqual({ supported: true, version });
  });

  test("takes what old senders leave out for 1.0 and Snappy", () => {
    expect(formatOf({})).toEqual({ supported: true, version: "1.0" });
  });

  test.each([
    [{ "Content-Type": "application/json" }, "application/x-protobuf"],
    [{ "Content-Type": "application/x-protobuf;proto=prometheus.WriteRequestV3" }, "prometheus.WriteRequest"],
    [{ "Content-Type": "application/x-protobuf;proto=toString" }, "io.prometheus.write.v2.Request"],
    [{ "Content-Type": "application/x-protobuf", "Content-Encoding": "zstd" }, "snappy"],
  ])("names what is taken instead of %o", (headers, instead) => {
    const format = formatOf(headers);
    expect(format).toMatchObject({ supported: false, detail: expect.stringContaining(instead) });
  });
});

test("writtenHeaders tells what is in store", () => {
  expect(writtenHeaders({ samples: 12, histograms: 0, exemplars: 3 })).toEqual({
    "X-Prometheus-Remote-Write-Samples-Written": "12",
    "X-Prometheus-Remote-Write-Histograms-Written": "0",
    "X-Prometheus-Remote-Write-Exemplars-Written": "3",
  });
});
