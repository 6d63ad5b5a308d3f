import type { LocalWorker } from "../scripts/local-worker.ts";
import type { RateLimit } from "../workers/contract/identity.ts";
import { RuntimeSettings } from "../workers/contract/settings.ts";
import { type Spread, spreadOf } from "./requests.ts";

const WARM_UP = 50;
/** More than is measured: what is wanted is the time that counting takes. */
const ROOMY: RateLimit = { per_minute: 1_000_000, burst: 100_000 };

export interface LimiterCost {
  /** Over HTTP, in milliseconds: a route that counts nobody, and one that does no more than to count. */
  unlimited: Spread;
  limited: Spread;
  /** By how much the median of the one exceeds that of the other. */
  addedP50: number;
}

/**
 * What the rate limiter adds to a request. Both routes are asked in turn, one request at a time, so that whatever
 * else the machine does falls on both.
 */
export async function measureRateLimiter(
  { url, client }: LocalWorker,
  requests: number,
): Promise<LimiterCost> {
  const { rate_limits: before } = await client.send("GET", "/api/v1/settings", RuntimeSettings);
  const set = (rate_limits: RuntimeSettings["rate_limits"]) =>
    client.send("PATCH", "/api/v1/settings", RuntimeSettings, { rate_limits });
  await set({ ...before, anonymous: ROOMY });
  try {
    const unlimited: number[] = [];
    const limited: number[] = [];
    for (let asked = 0; asked < WARM_UP + requests; asked += 1) {
      const uncounted = await timed(new URL("/health/live", url));
      const counted = await timed(new URL("/api/v1/auth/me", url));
      if (asked < WARM_UP) continue;
      unlimited.push(uncounted);
      limited.push(counted);
    }
    const spreads = { unlimited: spreadOf(unlimited), limited: spreadOf(limited) };
    return { ...spreads, addedP50: spreads.limited.p50 - spreads.unlimited.p50 };
  } finally {
    await set(before);
  }
}

async function timed(address: URL): Promise<number> {
  const startedAt = performance.now();
  const response = await fetch(address);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${address.pathname} replied with ${response.status}.`);
  return performance.now() - startedAt;
}
