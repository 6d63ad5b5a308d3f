import type { ElementFunction } from "./function.ts";

const DAY_MS = 86_400_000;

/** Of seconds since 1970, in UTC. */
function ofDate(compute: (date: Date) => number): ElementFunction {
  return (value, histogram) => (histogram ? null : compute(new Date(Math.trunc(value) * 1000)));
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
  year: ofDate((date) => date.getUTCFullYear()),
};
