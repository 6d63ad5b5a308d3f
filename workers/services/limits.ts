import { rateLimiting } from "../limits/rate-limiting.ts";
import { describeError } from "../telemetry/log.ts";
import type { Base } from "./base.ts";
import { measured } from "./measured-object.ts";

/** How much anybody may ask. */
export function limitServices({ env, settings, log }: Base) {
  const limits = rateLimiting({
    limiter: (name) => measured(env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(name)), "RateLimiter"),
    secret: settings.AUTH_SECRET,
    limiterFailed: (error) => log.error("rate_limiter_failed", { error: describeError(error) }),
    now: Date.now,
  });
  return { limits, throttle: limits.throttle };
}
