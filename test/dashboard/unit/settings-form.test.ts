import { expect, it } from "vitest";
import { RuntimeSettings } from "../../../dashboard/src/api/admin-contract.ts";
import { changedParts, fromForm, toForm } from "../../../dashboard/src/pages/settings/settings-form.ts";

const settings: RuntimeSettings = {
  rate_limits: {
    anonymous: { per_minute: 60, burst: 20 },
    authenticated: { per_minute: 600, burst: 100 },
    premium: { per_minute: 6000, burst: 500 },
  },
  networks: { allow: [], deny: ["2001:db8::/32", "203.0.113.0/24"] },
  cors_origins: ["https://docs.example.org"],
  signing_key_days: 30,
  metrics: {
    shards: 2,
    out_of_order_minutes: 10,
    max_series_per_shard: 100_000,
    retention_days: { raw: 90, "1m": 90, "5m": 180, "1h": 400, "1d": 1825 },
    cold_after_days: 7,
  },
};

it("brings settings through the form unchanged", () => {
  const after = RuntimeSettings.parse(fromForm(toForm(settings)));
  expect(after).toEqual(settings);
  expect(changedParts(settings, after)).toEqual({});
});

it("sends the parts that were changed, each whole", () => {
  const form = toForm(settings);
  form.deny = " 203.0.113.0/24,\n\n198.51.100.7 ";
  const after = RuntimeSettings.parse(fromForm(form));
  expect(changedParts(settings, after)).toEqual({
    networks: { allow: [], deny: ["203.0.113.0/24", "198.51.100.7"] },
  });
});

it.each(["", "0", "1.5", "many"])("lets the contract refuse %j days", (days) => {
  const result = RuntimeSettings.safeParse(fromForm({ ...toForm(settings), signingKeyDays: days }));
  expect(result.error?.issues[0]?.path).toEqual(["signing_key_days"]);
});
