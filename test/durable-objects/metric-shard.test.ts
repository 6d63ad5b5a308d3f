import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { useClock } from "../support/clock.ts";
import { batchOf, openShard, samplesOf } from "./metric-shard-samples.ts";

const HOUR = 3_600_000;

describe("MetricShard", () => {
  const advance = useClock();

  it("gives back what it took, after a restart too, and after sealing", async () => {
    const shard = openShard();
    const now = Date.now();
    const result = await shard.append(
      batchOf([
        ["up", now - 2000, 1],
        ["up", now - 1000, 0.5],
        ["down", now, -3],
      ]),
    );
    expect(result).toEqual({ accepted: 3, refused: [] });
    const expected = new Map([
      [
        "up",
        [
          [now - 2000, 1],
          [now - 1000, 0.5],
        ],
      ],
      ["down", [[now, -3]]],
    ]);
    expect(await samplesOf(shard)).toEqual(expected);
    await evictDurableObject(shard);
    expect(await samplesOf(shard)).toEqual(expected);
    advance(HOUR);
    expect(await runDurableObjectAlarm(shard)).toBe(true);
    expect(await shard.stats()).toMatchObject({ headSamples: 0, sealedSamples: 3, walBytes: 0 });
    expect(await samplesOf(shard)).toEqual(expected);
    await evictDurableObject(shard);
    expect(await samplesOf(shard)).toEqual(expected);
  });
});
