import type { Services } from "../services.ts";

/** Forgets what has had its time: replies kept for repeated requests, sessions, one-time tokens. */
export async function dropExpired(services: Services): Promise<void> {
  await services.idempotency.dropExpired();
  await services.sessions.dropExpired();
  await services.oneTimeTokens.dropExpired();
}
