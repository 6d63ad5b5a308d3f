import type { Services } from "../services.ts";

/** Forgets the replies kept for repeated requests once their day is over. */
export async function dropExpired(services: Services): Promise<void> {
  await services.idempotency.dropExpired();
}
