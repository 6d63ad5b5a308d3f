import { retryAfterSeconds } from "./refusal.ts";
import type { Verdict } from "./verdict.ts";

/**
 * What a reply says of the limits that it was weighed by, as structured fields of draft-ietf-httpapi-ratelimit-headers-10:
 * each window as a policy, what is left of it, and in how many seconds there is more.
 *
 * @example { "ratelimit-policy": '"minute";q=600;w=60', ratelimit: '"minute";r=599;t=12' }
 */
export function limitHeaders(verdicts: readonly Verdict[]): Record<string, string> {
  const windows = verdicts.flatMap((verdict) => verdict.windows);
  const refusals = verdicts.filter(({ allowed }) => !allowed);
  return {
    "ratelimit-policy": windows
      .map(({ name, limit, ms }) => `"${name}";q=${limit};w=${ms / 1_000}`)
      .join(", "),
    ratelimit: windows
      .map(({ name, remaining, resetMs }) => `"${name}";r=${remaining};t=${Math.ceil(resetMs / 1_000)}`)
      .join(", "),
    ...(refusals.length > 0 && {
      "retry-after": String(Math.max(...refusals.map((verdict) => retryAfterSeconds(verdict)))),
    }),
  };
}
