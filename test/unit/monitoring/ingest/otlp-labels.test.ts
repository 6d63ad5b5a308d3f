import { describe, expect, test } from "vitest";
import { NO_ITEM } from "../../../../workers/monitoring/ingest/batch-builder.ts";
import { at, attribute, CUMULATIVE, encodings, otlpReader } from "./otlp-reader.ts";
import { samplesOf } from "./read-batch.ts";

describe.each(encodings)("OTLP in $encoding", (sent) => {
  const { readAll, read, values } = otlpReader(sent);

  test("makes job, instance, target_info and scope labels", () => {
    const { batch, items } = readAll({
      resourceMetrics: [
        {
          resource: {
            attributes: [
              attribute("service.name", "shop"),
              attribute("service.namespace", "eu"),
              attribute("service.instance.id", "i-1"),
              { key: "process.pid", value: { intValue: "42" } },
            ],
          },
          scopeMetrics: [
            {
              scope: { name: "lib", version: "1.2", attributes: [attribute("team", "core")] },
              metrics: [
                {
                  name: "g",
                  gauge: { dataPoints: [at({ asInt: "1", attributes: [attribute("job", "mine")] })] },
                },
              ],
            },
          ],
        },
      ],
    });
    expect(samplesOf(batch).map(({ labels }) => labels)).toEqual([
      {
        __name__: "g",
        job: "eu/shop",
        instance: "i-1",
        otel_scope_name: "lib",
        otel_scope_version: "1.2",
        otel_scope_team: "core",
      },
      { __name__: "target_info", job: "eu/shop", instance: "i-1", process_pid: "42" },
    ]);
    expect([...items]).toEqual([0, NO_ITEM]);
  });

  test("writes attributes of every kind as text, and joins keys that become one label", () => {
    const [sample] = samplesOf(
      read({
        name: "g",
        gauge: {
          dataPoints: [
            at({
              asInt: "1",
              attributes: [
                { key: "flag", value: { boolValue: true } },
                { key: "big", value: { intValue: "-9223372036854775808" } },
                { key: "half", value: { doubleValue: 0.5 } },
                { key: "list", value: { arrayValue: { values: [{ stringValue: "a" }, { intValue: "1" }] } } },
                { key: "map", value: { kvlistValue: { values: [attribute("k", "v")] } } },
                attribute("a.b", "1"),
                attribute("a_b", "2"),
                attribute("1st", "x"),
              ],
            }),
          ],
        },
      }).batch,
    );
    expect(sample?.labels).toEqual({
      __name__: "g",
      flag: "true",
      big: "-9223372036854775808",
      half: "0.5",
      list: '["a",1]',
      map: '{"k":"v"}',
      a_b: "1;2",
      key_1st: "x",
    });
  });

  test.each<[string, string, "gauge" | "sum", string]>([
    ["http.server.request.size", "By", "gauge", "http_server_request_size_bytes"],
    ["http.server.request.size.bytes", "By", "gauge", "http_server_request_size_bytes"],
    ["requests", "{request}/s", "gauge", "requests_per_second"],
    ["speed", "m/s", "gauge", "speed_meters_per_second"],
    ["cpu.utilization", "1", "gauge", "cpu_utilization_ratio"],
    ["total.calls", "", "sum", "calls_total"],
    ["2xx", "", "gauge", "_2xx"],
    ["a__b..c", "custom unit", "gauge", "a_b_c_custom_unit"],
  ])("calls %s of %j %s", (name, unit, kind, expected) => {
    const dataPoints = [at({ asInt: "1" })];
    const metric =
      kind === "gauge"
        ? { name, unit, gauge: { dataPoints } }
        : { name, unit, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
    expect(values(metric)).toEqual([[expected, 1]]);
  });
});
