import type { Services } from "../services.ts";

/** Replaces the key that access tokens are signed with once it is as old as the settings say. */
export async function rotateSigningKeys(services: Services): Promise<void> {
  const { signing_key_days } = await services.runtimeSettings();
  await services.signingKeys.rotateIfDue(signing_key_days, async (kid) => [
    await services.systemTrail.prepare({
      action: "signing_key.rotated",
      target: { kind: "signing_key", id: kid },
      detail: { scheduled: true },
    }),
  ]);
}
