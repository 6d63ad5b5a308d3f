import type { RuntimeSettings } from "../../api/admin-contract.ts";

/** The settings as the form holds them: numbers and lists as they are typed. */
export interface SettingsForm {
  limits: { tier: Tier; perMinute: string; burst: string }[];
  allow: string;
  deny: string;
  origins: string;
  signingKeyDays: string;
  metrics: MetricsForm;
}

export interface MetricsForm {
  shards: string;
  maxSeries: string;
  outOfOrderMinutes: string;
  coldAfterDays: string;
  retention: { resolution: Resolution; days: string }[];
}

export type Resolution = keyof RuntimeSettings["metrics"]["retention_days"];

export type Tier = keyof RuntimeSettings["rate_limits"];

const RESOLUTIONS: readonly Resolution[] = ["raw", "1m", "5m", "1h", "1d"];
const TIERS: readonly Tier[] = ["anonymous", "authenticated", "premium"];

export function toForm(settings: RuntimeSettings): SettingsForm {
  return {
    limits: TIERS.map((tier) => ({
      tier,
      perMinute: String(settings.rate_limits[tier].per_minute),
      burst: String(settings.rate_limits[tier].burst),
    })),
    allow: settings.networks.allow.join("\n"),
    deny: settings.networks.deny.join("\n"),
    origins: settings.cors_origins.join("\n"),
    signingKeyDays: String(settings.signing_key_days),
    metrics: {
      shards: String(settings.metrics.shards),
      maxSeries: String(settings.metrics.max_series_per_shard),
      outOfOrderMinutes: String(settings.metrics.out_of_order_minutes),
      coldAfterDays: String(settings.metrics.cold_after_days),
      retention: RESOLUTIONS.map((resolution) => ({
        resolution,
        days: String(settings.metrics.retention_days[resolution]),
      })),
    },
  };
}

/** What the form says; whether it is fit to be used is for the contract. */
export function fromForm(form: SettingsForm): unknown {
  const limits = form.limits.map(({ tier, perMinute, burst }) => [
    tier,
    { per_minute: Number(perMinute), burst: Number(burst) },
  ]);
  return {
    rate_limits: Object.fromEntries(limits),
    networks: { allow: linesOf(form.allow), deny: linesOf(form.deny) },
    cors_origins: linesOf(form.origins),
    signing_key_days: Number(form.signingKeyDays),
    metrics: fromMetricsForm(form.metrics),
  };
}

const fromMetricsForm = (metrics: MetricsForm) => ({
  shards: Number(metrics.shards),
  max_series_per_shard: Number(metrics.maxSeries),
  out_of_order_minutes: Number(metrics.outOfOrderMinutes),
  cold_after_days: Number(metrics.coldAfterDays),
  retention_days: Object.fromEntries(
    metrics.retention.map(({ resolution, days }) => [resolution, Number(days)]),
  ),
});

/** The parts that differ, for a change that leaves alone what others set meanwhile. */
export function changedParts(before: RuntimeSettings, after: RuntimeSettings): Partial<RuntimeSettings> {
  const isSame = (part: keyof RuntimeSettings) =>
    JSON.stringify(before[part]) === JSON.stringify(after[part]);
  return {
    ...(!isSame("rate_limits") && { rate_limits: after.rate_limits }),
    ...(!isSame("networks") && { networks: after.networks }),
    ...(!isSame("cors_origins") && { cors_origins: after.cors_origins }),
    ...(!isSame("metrics") && { metrics: after.metrics }),
    ...(!isSame("signing_key_days") && { signing_key_days: after.signing_key_days }),
  };
}

const linesOf = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
