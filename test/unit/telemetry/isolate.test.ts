import { expect, it } from "vitest";
import { isolate } from "../../../workers/telemetry/isolate.ts";

it("knows itself apart from others whatever it is first asked to do, and stays the same", () => {
  const first = isolate.describe();
  expect(first.id).toMatch(/^[0-9a-f-]{36}$/);
  isolate.countRequest();
  expect(isolate.describe()).toEqual({ ...first, requests: first.requests + 1 });
});
