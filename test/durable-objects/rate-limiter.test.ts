import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { LimitWindow, TakeRequest } from "../../workers/limits/verdict.ts";

/** So long that no test sees it end. */
const AGE: LimitWindow = { name: "age", limit: 3, ms: 1_000_000_000_000 };

const sliding = (window: LimitWindow): TakeRequest => ({ kind: "sliding", windows: [window], weight: 1 });
const exact = (window: LimitWindow): TakeRequest => ({ kind: "exact", window });

let opened = 0;
function openLimiter() {
  const id = env.RATE_LIMITER.idFromName(`subject ${opened++}`);
  return { connect: () => env.RATE_LIMITER.get(id), stub: env.RATE_LIMITER.get(id) };
}
type Stub = ReturnType<typeof openLimiter>["stub"];

const stored = (stub: Stub) =>
  runInDurableObject(stub, async (_limiter, state) => [...(await state.storage.list()).keys()]);

describe("RateLimiter", () => {
  it("lets in no more than the limit of 10,000 requests that race over many connections", async () => {
    const { connect } = openLimiter();
    const window = { ...AGE, limit: 250 };
    const verdicts = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const connection = connect();
        return Promise.all(Array.from({ length: 100 }, () => connection.take(sliding(window))));
      }),
    );
    expect(verdicts.flat()).toHaveLength(10_000);
    expect(verdicts.flat().filter(({ allowed }) => allowed)).toHaveLength(250);
  });

  it("goes on counting where it was when it is stopped and wakes up again", async () => {
    const { stub } = openLimiter();
    for (let sent = 0; sent < 2; sent += 1) await stub.take(sliding(AGE));
    await vi.waitFor(async () => expect(await stored(stub)).toEqual(["counters"]), {
      timeout: 5_000,
      interval: 100,
    });
    await evictDurableObject(stub);
    expect((await stub.take(sliding(AGE))).windows[0]?.remaining).toBe(0);
    expect((await stub.take(sliding(AGE))).allowed).toBe(false);
  });

  it("has stored an exact hit before it answers", async () => {
    const { stub } = openLimiter();
    for (let sent = 0; sent < AGE.limit; sent += 1) {
      expect((await stub.take(exact(AGE))).allowed).toBe(true);
      await evictDurableObject(stub);
    }
    expect(await stub.take(exact(AGE))).toMatchObject({ allowed: false, windows: [{ remaining: 0 }] });
  });

  it("keeps what matters when the alarm rings, and sets the next", async () => {
    const { stub } = openLimiter();
    await stub.take(exact(AGE));
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await stored(stub)).toEqual(["log"]);
    expect(await runInDurableObject(stub, (_limiter, { storage }) => storage.getAlarm())).toBeGreaterThan(
      Date.now(),
    );
  });

  it("leaves nothing behind once its windows have passed", async () => {
    const { stub } = openLimiter();
    await stub.take(exact({ name: "moment", limit: 1, ms: 100 }));
    await vi.waitFor(async () => expect(await stored(stub)).toEqual([]), { timeout: 5_000, interval: 50 });
    expect(await runInDurableObject(stub, (_limiter, { storage }) => storage.getAlarm())).toBeNull();
    expect((await stub.take(exact({ name: "moment", limit: 1, ms: 100 }))).allowed).toBe(true);
  });
});
