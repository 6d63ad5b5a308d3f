import { rateLimiting } from "../limits/rate-limiting.ts";
import { describeError } from "../telemetry/log.ts";
import type { Base } from "./base.ts";

/** How much anybody may ask. */
export function limitServices({ env, settings, log }: Base) {
  const limits = rateLimiting({
    limiter: (name) => env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(name)),
    secret: settings.AUTH_SECRET,
    limiterFailed: (error) => log.error("rate_limiter_failed", { error: describeError(error) }),
    now: Date.now,
  });
  return { limits, throttle: limits.throttle };
}
