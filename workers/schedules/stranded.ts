import type { Services } from "../services.ts";

/** A queued job that has waited this long is sent again: its message may have been lost. */
const PATIENCE_MS = 10 * 60 * 1000;
const JOBS_A_SWEEP = 1000;

/** Sends the jobs again that nobody works on: their worker died, or their message was lost. */
export async function recoverStranded(services: Services): Promise<void> {
  const ids = await services.jobs.takeStranded(PATIENCE_MS, JOBS_A_SWEEP);
  if (ids.length === 0) return;
  services.log.warn("jobs_recovered", { count: ids.length });
  await services.announceNow(ids);
}
