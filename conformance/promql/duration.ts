import { parseDuration as parseUnits } from "../../workers/monitoring/promql/syntax/durations.ts";

/**
 * A duration such as "1h30m", or "0", in milliseconds; null for anything else.
 *
 * @example parseDuration("1m30s") // 90000
 */
export function parseDuration(text: string): number | null {
  if (text === "0") return 0;
  const duration = parseUnits(text);
  return typeof duration === "number" ? duration : null;
}
