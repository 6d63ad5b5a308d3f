import { expect, it } from "vitest";
import { openStreams } from "../../../workers/limits/open-streams.ts";
import { pauseAfter } from "../../../workers/routes/follow-job.ts";

it("lets each reader have twenty streams at once", () => {
  const streams = openStreams();
  const [first] = Array.from({ length: 20 }, () => streams.open("ada"));
  expect(() => streams.open("ada")).toThrow(
    expect.objectContaining({ code: "rate_limit_exceeded", extensions: { retry_after: 10 } }),
  );
  streams.open("grace");
  first?.end();
  streams.open("ada");
  expect(() => streams.open("ada")).toThrow();
});

it("forgets streams that were stopped without a word, and no others", () => {
  const now = { ms: 0 };
  const streams = openStreams(() => now.ms);
  const [first] = Array.from({ length: 20 }, () => streams.open("ada"));
  now.ms = 10_000;
  first?.goesOn();
  expect(() => streams.open("ada")).toThrow();
  now.ms = 10_001;
  for (let opened = 0; opened < 19; opened += 1) streams.open("ada");
  expect(() => streams.open("ada")).toThrow();
});

it("looks at a job less and less often while nothing happens, and soon again after a change", () => {
  let pause = pauseAfter(2_000, true);
  expect(pause).toBe(400);
  let looks = 0;
  for (let waited = 0; waited < 600_000; waited += pause) {
    pause = pauseAfter(pause, false);
    looks += 1;
  }
  expect(pause).toBe(2_000);
  expect(looks).toBeLessThan(310);
  expect(pauseAfter(pause, true)).toBe(400);
});
