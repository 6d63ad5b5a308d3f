import type { RuntimeSettings } from "../../api/admin-contract.ts";

/** The settings as the form holds them: numbers and lists as they are typed. */
export interface SettingsForm {
  limits: { tier: Tier; perMinute: string; burst: string }[];
  allow: string;
  deny: string;
  origins: string;
  signingKeyDays: string;
}

export type Tier = keyof RuntimeSettings["rate_limits"];

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
  };
}

/** The parts that differ, for a change that leaves alone what others set meanwhile. */
export function changedParts(before: RuntimeSettings, after: RuntimeSettings): Partial<RuntimeSettings> {
  const isSame = (part: keyof RuntimeSettings) =>
    JSON.stringify(before[part]) === JSON.stringify(after[part]);
  return {
    ...(!isSame("rate_limits") && { rate_limits: after.rate_limits }),
    ...(!isSame("networks") && { networks: after.networks }),
    ...(!isSame("cors_origins") && { cors_origins: after.cors_origins }),
    ...(!isSame("signing_key_days") && { signing_key_days: after.signing_key_days }),
  };
}

const linesOf = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
