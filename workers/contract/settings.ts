import { z } from "zod";
import { RateLimit } from "./identity.ts";

/** An address or a network in CIDR notation. Checked where it is used to its end. */
const Network = z.string().trim().min(2).max(50).meta({ example: "2001:db8::/32" });
const Origin = z.url({ protocol: /^https?$/, error: "an origin such as https://docs.example.org" });

const Days = z.int().min(1).max(36_500);

/** How the metrics engine keeps samples. */
const MetricsSettings = z.object({
  shards: z.int().min(1).max(64).describe("Durable Objects that new samples are spread over"),
  out_of_order_minutes: z
    .int()
    .min(0)
    .max(1440)
    .describe("How far a sample may lie behind its series' newest"),
  max_series_per_shard: z.int().min(1).max(1_000_000),
  retention_days: z
    .object({ raw: Days, "1m": Days, "5m": Days, "1h": Days, "1d": Days })
    .describe("After how many days samples and each kind of rollup are dropped"),
  cold_after_days: z.int().min(1).max(36_500).describe("After how many days samples move to the bucket"),
});

/** What admins set while the service runs. */
export const RuntimeSettings = z
  .object({
    rate_limits: z.object({ anonymous: RateLimit, authenticated: RateLimit, premium: RateLimit }),
    networks: z.object({
      allow: z.array(Network).max(1000).describe("When there are any, nobody else gets in"),
      deny: z.array(Network).max(1000),
    }),
    cors_origins: z.array(Origin).max(100).describe("Besides those of the variable CORS_ORIGINS"),
    signing_key_days: z.int().min(1).max(365).describe("After how many days the signing key is replaced"),
    metrics: MetricsSettings,
  })
  .meta({ id: "RuntimeSettings" });
export type RuntimeSettings = z.infer<typeof RuntimeSettings>;

export const DEFAULT_SETTINGS: RuntimeSettings = {
  rate_limits: {
    anonymous: { per_minute: 60, burst: 20 },
    authenticated: { per_minute: 600, burst: 100 },
    premium: { per_minute: 6000, burst: 500 },
  },
  networks: { allow: [], deny: [] },
  cors_origins: [],
  signing_key_days: 30,
  metrics: {
    shards: 1,
    out_of_order_minutes: 10,
    max_series_per_shard: 200_000,
    retention_days: { raw: 90, "1m": 90, "5m": 180, "1h": 400, "1d": 1825 },
    cold_after_days: 7,
  },
};

/** What is left out stays as it is; each part that is named is replaced whole. */
export const UpdateSettings = z
  .strictObject(RuntimeSettings.partial().shape)
  .refine((change) => Object.keys(change).length > 0, "name what is to change");
export type UpdateSettings = z.infer<typeof UpdateSettings>;
