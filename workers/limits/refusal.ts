import { AppError } from "../errors.ts";
import type { Verdict } from "./verdict.ts";

/** @throws AppError `rate_limit_exceeded` */
export function assertLetIn(verdict: Verdict): void {
  if (verdict.allowed) return;
  const seconds = retryAfterSeconds(verdict);
  throw new AppError("rate_limit_exceeded", {
    detail: `Too many requests. Try again in ${seconds} s.`,
    extensions: { retry_after: seconds },
  });
}

/** Rounded up, and never 0: earlier it would be refused again. */
export const retryAfterSeconds = ({ retryAfterMs }: Verdict): number =>
  Math.max(1, Math.ceil(retryAfterMs / 1_000));
