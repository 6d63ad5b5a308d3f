import { BinaryReader } from "@bufbuild/protobuf/wire";
import { describe, expect, test } from "vitest";
import { otlpAnswer, otlpEncoding, otlpFault } from "../../../../workers/monitoring/ingest/otlp/answer.ts";
import { refusal } from "../../../../workers/monitoring/ingest/refusal.ts";

describe("answers", () => {
  const refused = [
    refusal(3, "invalid_value"),
    refusal(4, "out_of_order", "up{}"),
    refusal(9, "out_of_order"),
  ];
  const message = "invalid_value (1), out_of_order (2); data point 3: the value is not a number";

  test("are empty when all is taken", () => {
    expect(otlpAnswer("json", [])).toBe("{}");
    expect(otlpAnswer("protobuf", [])).toEqual(new Uint8Array(0));
  });

  test("count what is refused and say why", () => {
    expect(JSON.parse(String(otlpAnswer("json", refused)))).toEqual({
      partialSuccess: { rejectedDataPoints: "3", errorMessage: message },
    });
    const answer = otlpAnswer("protobuf", refused);
    if (typeof answer === "string") throw new TypeError("protobuf is not text");
    const reader = new BinaryReader(answer);
    expect(reader.tag()[0]).toBe(1);
    reader.uint32();
    expect([reader.tag()[0], Number(reader.int64())]).toEqual([1, 3]);
    expect([reader.tag()[0], reader.string()]).toEqual([2, message]);
    expect(reader.pos).toBe(reader.len);
  });

  test("are a status when the body is malformed", () => {
    expect(JSON.parse(String(otlpFault("json", "cut off")))).toEqual({ code: 3, message: "cut off" });
    expect(otlpFault("protobuf", "cut off")).toEqual(
      Uint8Array.from([8, 3, 18, 7, ...new TextEncoder().encode("cut off")]),
    );
  });

  test("come in the form of the request", () => {
    expect(otlpEncoding("application/x-protobuf")).toBe("protobuf");
    expect(otlpEncoding("application/json; charset=utf-8")).toBe("json");
    expect(otlpEncoding("text/plain")).toBeNull();
    expect(otlpEncoding(null)).toBeNull();
  });
});
