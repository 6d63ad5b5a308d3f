import type { ElementFunction } from "./function.ts";

const DAY_MS = 86_400_000;
/** The calendar repeats after 400 years. */
const CYCLE_YEARS = 400;
const CYCLE_SECONDS = 146_097 * 86_400;
/** What Prometheus on amd64 reads NaN and all for that fit into no int64. */
const BEYOND_SECONDS = 2 ** 63;

/** Of seconds since 1970, in UTC: the date in the cycle that began then, and how many cycles later it is. */
function ofDate(compute: (date: Date, cycles: number) => number): ElementFunction {
  return (value, histogram) => {
    if (histogram) return null;
    const seconds = Math.abs(value) < BEYOND_SECONDS ? Math.trunc(value) : BEYOND_SECONDS;
    const rest = seconds % CYCLE_SECONDS;
    const since = rest < 0 ? rest + CYCLE_SECONDS : rest;
    return compute(new Date(since * 1000), Math.round((seconds - since) / CYCLE_SECONDS));
  };
}

/** Without an argument they are asked for the step's time. */
export const DATES: Readonly<Record<string, ElementFunction>> = {
  minute: ofDate((date) => date.getUTCMinutes()),
  hour: ofDate((date) => date.getUTCHours()),
  day_of_week: ofDate((date) => date.getUTCDay()),
  day_of_month: ofDate((date) => date.getUTCDate()),
  day_of_year: ofDate((date) => (date.getTime() - new Date(date).setUTCMonth(0, 1)) / DAY_MS + 1),
  days_in_month: ofDate((date) =>
    new Date(new Date(date).setUTCMonth(date.getUTCMonth() + 1, 0)).getUTCDate(),
  ),
  month: ofDate((date) => date.getUTCMonth() + 1),
  year: ofDate((date, cycles) => date.getUTCFullYear() + CYCLE_YEARS * cycles),
};
