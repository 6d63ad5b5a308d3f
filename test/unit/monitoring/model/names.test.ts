import { describe, expect, test } from "vitest";
import {
  isLabelName,
  isLegacyLabelName,
  isLegacyMetricName,
  isMetricName,
  labelFault,
  MAX_LABEL_NAME_BYTES,
  MAX_LABEL_VALUE_BYTES,
  MAX_LABELS,
} from "../../../../workers/monitoring/model/names.ts";

describe("names", () => {
  test("are any UTF-8 but nothing", () => {
    for (const name of ["up", "http.server.duration", "温度", "with space", "1st"]) {
      expect(isMetricName(name)).toBe(true);
      expect(isLabelName(name)).toBe(true);
    }
    for (const name of ["", "half a pair \ud800"]) {
      expect(isMetricName(name)).toBe(false);
      expect(isLabelName(name)).toBe(false);
    }
  });

  test("go without quotes if they are of the old charset", () => {
    expect(isLegacyMetricName("job:errors:rate5m")).toBe(true);
    expect(isLegacyLabelName("job:errors")).toBe(false);
    expect(isLegacyLabelName("_hidden9")).toBe(true);
    for (const name of ["", "9lives", "a.b", "ü", "a\n"]) {
      expect(isLegacyMetricName(name)).toBe(false);
      expect(isLegacyLabelName(name)).toBe(false);
    }
  });
});

describe("labelFault", () => {
  const named = (...pairs: string[]) => labelFault(["__name__", "up", ...pairs]);

  test("finds none in usual labels", () => {
    expect(named("job", "api", "zone", "eu")).toBeNull();
    expect(named("a".repeat(MAX_LABEL_NAME_BYTES), "b".repeat(MAX_LABEL_VALUE_BYTES))).toBeNull();
  });

  test("names what is wrong", () => {
    expect(labelFault(["job", "api"])).toBe("missing_metric_name");
    expect(labelFault([])).toBe("missing_metric_name");
    expect(labelFault(["__name__", "\udc00"])).toBe("invalid_metric_name");
    expect(labelFault(["", "x", "__name__", "up"])).toBe("invalid_label_name");
    expect(named("job", "\ud800")).toBe("invalid_label_value");
    expect(named("job", "a", "job", "b")).toBe("duplicate_label");
    expect(named("a".repeat(MAX_LABEL_NAME_BYTES + 1), "x")).toBe("label_too_long");
    expect(named("a", "é".repeat(MAX_LABEL_VALUE_BYTES / 2 + 1))).toBe("label_too_long");
    const many = Array.from({ length: MAX_LABELS }, (_, index) => [`l${index + 100}`, "x"]).flat();
    expect(named(...many)).toBe("too_many_labels");
    expect(named(...many.slice(2))).toBeNull();
  });
});
