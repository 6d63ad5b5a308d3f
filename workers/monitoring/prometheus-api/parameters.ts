import { PrometheusFailure } from "./failure.ts";

/** The ends of what a date can hold, and the texts that Prometheus takes for the ends of its own. */
const MIN_TIME = -8.64e15;
const MAX_TIME = 8.64e15;
const MIN_TIME_TEXT = "-292273086-05-16T16:47:06Z";
const MAX_TIME_TEXT = "292277025-08-18T07:12:54.999999999Z";

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNIT_MS = [365 * 86_400_000, 7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1];

/** Query and form parameters of one request, each perhaps several times. */
export class Parameters {
  readonly #all: URLSearchParams;

  constructor(all: URLSearchParams) {
    this.#all = all;
  }

  text(name: string): string {
    return this.#all.get(name) ?? "";
  }

  all(name: string): string[] {
    return this.#all.getAll(name);
  }

  /**
   * Unix seconds or RFC 3339, as milliseconds.
   *
   * @throws PrometheusFailure `bad_data`
   */
  time(name: string, otherwise: number | null = null): number {
    const text = this.text(name);
    if (text === "" && otherwise !== null) return otherwise;
    const time = parseTime(text);
    if (time !== null) return time;
    const reason = `cannot parse ${quote(text)} to a valid timestamp`;
    throw invalid(name, otherwise === null ? reason : `invalid time value for '${name}': ${reason}`);
  }

  /**
   * Seconds or a duration such as 1h30m, as milliseconds.
   *
   * @throws PrometheusFailure `bad_data`
   */
  duration(name: string, otherwise: number | null = null): number {
    const text = this.text(name);
    if (text === "" && otherwise !== null) return otherwise;
    const duration = FLOAT.test(text) ? millisecondsOf(Number(text)) : parseDuration(text);
    if (duration === null) throw invalid(name, `cannot parse ${quote(text)} to a valid duration`);
    if (Math.abs(duration) > 9.2e15) {
      throw invalid(name, `cannot parse ${quote(text)} to a valid duration. It overflows int64`);
    }
    return duration;
  }

  /** How many results are wanted at most; 0 is all of them. @throws PrometheusFailure `bad_data` */
  limit(): number {
    const text = this.text("limit");
    if (text === "") return 0;
    if (!/^[+-]?\d+$/.test(text)) {
      throw invalid("limit", `strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
    }
    if (Number(text) < 0) throw invalid("limit", "limit must be non-negative");
    return Number(text);
  }
}

export const invalid = (name: string, reason: string): PrometheusFailure =>
  new PrometheusFailure("bad_data", `invalid parameter "${name}": ${reason}`);

const quote = (text: string): string => JSON.stringify(text);

function parseTime(text: string): number | null {
  if (FLOAT.test(text)) return ofSeconds(Number(text));
  if (text === MIN_TIME_TEXT) return MIN_TIME;
  if (text === MAX_TIME_TEXT) return MAX_TIME;
  const time = RFC3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

/** Only the fraction is rounded, as in Prometheus: of 1795281720.0005 a float keeps a little less than the half. */
function ofSeconds(seconds: number): number | null {
  if (!Number.isFinite(seconds)) return null;
  const whole = Math.trunc(seconds);
  const fraction = (seconds - whole) * 1000;
  return whole * 1000 + Math.sign(fraction) * Math.round(Math.abs(fraction));
}

/** Whole nanoseconds first, as in Prometheus: 33.3 seconds are a little less, and 33,299 milliseconds. */
function millisecondsOf(seconds: number): number {
  return Math.trunc(Math.trunc(seconds * 1e9) / 1e6);
}

/** Prometheus' durations: units from years to milliseconds, each once, the largest first; null for anything else. */
function parseDuration(text: string): number | null {
  if (text === "0") return 0;
  const parts = text === "" ? null : DURATION.exec(text);
  if (parts === null) return null;
  return UNIT_MS.reduce((sum, ms, index) => sum + ms * Number(parts[index + 1] ?? 0), 0);
}
