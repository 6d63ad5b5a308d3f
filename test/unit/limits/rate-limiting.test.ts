import { afterEach, describe, expect, it, vi } from "vitest";
import { Denials } from "../../../workers/limits/denials.ts";
import { LimitMemory } from "../../../workers/limits/limit-memory.ts";
import { rateLimiting } from "../../../workers/limits/rate-limiting.ts";
import { SlidingLog } from "../../../workers/limits/sliding-log.ts";
import { SlidingWindows } from "../../../workers/limits/sliding-window.ts";
import type { Limiter, Verdict } from "../../../workers/limits/verdict.ts";

const ADA = { kind: "user", value: "usr_ada" } as const;
const refused = { code: "rate_limit_exceeded", extensions: { retry_after: 900 } };
const OPEN = { failClosed: false };
const CLOSED = { failClosed: true };

/** Limits with a limiter that works in this process, can be taken away, and says how often it was asked. */
function limitsAt(now = { ms: 1_700_000_000_000 }) {
  const limiters = new Map<string, { windows: SlidingWindows; log: SlidingLog }>();
  const state = { fault: null as (() => Promise<Verdict>) | null, asked: 0, failures: 0 };
  const limiter = (name: string): Limiter => ({
    async take(request) {
      state.asked += 1;
      if (state.fault !== null) return state.fault();
      const counted = limiters.get(name) ?? { windows: new SlidingWindows(), log: new SlidingLog() };
      limiters.set(name, counted);
      return request.kind === "exact"
        ? counted.log.take(request.window, now.ms)
        : counted.windows.take(request.windows, request.weight, now.ms);
    },
  });
  const limits = rateLimiting(
    {
      limiter,
      secret: "a secret of this deployment alone, long enough",
      limiterFailed: () => {
        state.failures += 1;
      },
      now: () => now.ms,
    },
    new LimitMemory(),
  );
  return { limits, state, now };
}

const rejects = () => Promise.reject(new Error("The object is gone."));
const hangs = () => new Promise<never>(() => {});

async function letIn(times: number, one: () => Promise<Verdict>): Promise<number> {
  let count = 0;
  for (let sent = 0; sent < times; sent += 1) if ((await one()).allowed) count += 1;
  return count;
}

afterEach(() => {
  vi.useRealTimers();
});

describe("while the limiter answers", () => {
  it("denies from memory whoever was denied, until they would get in", async () => {
    const { limits, state, now } = limitsAt();
    const one = () => limits.count(ADA, { per_minute: 3, burst: 100 }, OPEN);
    expect(await letIn(5, one)).toBe(3);
    expect(state.asked).toBe(4);
    const { retryAfterMs } = await one();
    now.ms += retryAfterMs - 1;
    expect(await one()).toMatchObject({ allowed: false, retryAfterMs: 1 });
    expect(state.asked).toBe(4);
    now.ms += 1;
    expect((await one()).allowed).toBe(true);
  });

  it("lets in at once whoever is given a higher limit", async () => {
    const { limits } = limitsAt();
    expect(await letIn(3, () => limits.count(ADA, { per_minute: 2, burst: 100 }, OPEN))).toBe(2);
    expect((await limits.count(ADA, { per_minute: 4, burst: 100 }, OPEN)).allowed).toBe(true);
  });

  it("has news for the audit trail once a window, not with every refusal", async () => {
    const { limits, now } = limitsAt();
    let news = 0;
    for (let second = 0; second < 120; second += 1) {
      for (let sent = 0; sent < 5; sent += 1) {
        if ((await limits.count(ADA, { per_minute: 1_000, burst: 2 }, OPEN)).isNews) news += 1;
      }
      now.ms += 1_000;
    }
    expect(news).toBe(2);
  });

  it("lets ten tries from an address into an account in a quarter of an hour, thirty into all accounts", async () => {
    const { limits, now } = limitsAt();
    for (let tries = 0; tries < 10; tries += 1) await limits.throttle.signIn("an account", "192.0.2.7");
    await expect(limits.throttle.signIn("an account", "192.0.2.7")).rejects.toMatchObject(refused);
    await limits.throttle.signIn("another account", "192.0.2.7");
    expect(await letIn(31, () => limits.countSignIn("192.0.2.7"))).toBe(30);
    now.ms += 15 * 60_000;
    await limits.throttle.signIn("an account", "192.0.2.7");
  });

  it("lets the owner into an account that another address floods", async () => {
    const { limits } = limitsAt();
    for (let tries = 0; tries < 200; tries += 1) {
      await limits.throttle.signIn("an account", "192.0.2.7").catch(() => undefined);
    }
    await limits.throttle.signIn("an account", "198.51.100.1");
  });

  it("lets a hundred tries into an account in a quarter of an hour, from however many addresses", async () => {
    const { limits, now } = limitsAt();
    for (let tries = 0; tries < 100; tries += 1)
      await limits.throttle.signIn("an account", `192.0.2.${tries}`);
    await expect(limits.throttle.signIn("an account", "198.51.100.1")).rejects.toMatchObject(refused);
    now.ms += 15 * 60_000;
    await limits.throttle.signIn("an account", "198.51.100.1");
  });
});

describe("while the limiter is away", () => {
  it.for([
    ["fails", rejects],
    ["hangs", hangs],
  ] as const)(
    "lets in a quarter by its own count when it %s, and all of it once it is back",
    async ([, fault]) => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const { limits, state, now } = limitsAt();
      const one = async () => {
        const ruling = limits.count(ADA, { per_minute: 40, burst: 400 }, OPEN);
        await vi.advanceTimersByTimeAsync(1_000);
        return ruling;
      };
      state.fault = fault;
      expect(await letIn(20, one)).toBe(10);
      expect(state.failures).toBeGreaterThan(0);
      state.fault = null;
      now.ms += 2_000;
      expect(await letIn(50, one)).toBe(40);
    },
  );

  it("does not wait again for one that was too slow just now", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { limits, state } = limitsAt();
    state.fault = hangs;
    const first = limits.count(ADA, { per_minute: 40, burst: 40 }, OPEN);
    await vi.advanceTimersByTimeAsync(1_000);
    await first;
    expect((await limits.count(ADA, { per_minute: 40, burst: 40 }, OPEN)).allowed).toBe(true);
    expect(state.asked).toBe(1);
  });

  it("refuses what must be counted", async () => {
    const { limits, state } = limitsAt();
    state.fault = rejects;
    const away = { code: "dependency_unavailable", status: 503 };
    await expect(limits.count(ADA, { per_minute: 40, burst: 40 }, CLOSED)).rejects.toMatchObject(away);
    await expect(limits.countSignIn("192.0.2.7")).rejects.toMatchObject(away);
    await expect(limits.throttle.signIn("an account", "192.0.2.7")).rejects.toMatchObject(away);
  });
});

it("keeps a bounded number of denials, those of the most recent callers", () => {
  const denials = new Denials();
  const verdict: Verdict = {
    allowed: false,
    retryAfterMs: 1_000,
    windows: [{ name: "minute", limit: 1, ms: 60_000, remaining: 0, resetMs: 1_000 }],
  };
  for (let caller = 0; caller < 20_000; caller += 1) denials.add(`caller ${caller}`, verdict, 0);
  expect(denials.find("caller 0", 1)).toBeUndefined();
  expect(denials.find("caller 19999", 1)).toMatchObject({ allowed: false, retryAfterMs: 999 });
});
