import type { Services } from "../services.ts";
import { describeError } from "../telemetry/log.ts";
import { keepAudit } from "./audit.ts";
import { dropExpired } from "./expired.ts";
import { recordGauges } from "./gauges.ts";
import { sweepInbox } from "./inbox.ts";
import { keepMetrics } from "./metrics.ts";
import { keepPromises } from "./outbox.ts";
import { rotateSigningKeys } from "./signing-keys.ts";
import { recoverStranded } from "./stranded.ts";

const JOBS = {
  keepPromises,
  recoverStranded,
  sweepInbox,
  dropExpired,
  rotateSigningKeys,
  keepAudit,
  keepMetrics,
  recordGauges,
};

/** Every minute: does what a lost message, a dead worker or an unannounced upload left undone. */
export async function sweep(services: Services): Promise<void> {
  for (const [name, run] of Object.entries(JOBS)) {
    try {
      await run(services);
    } catch (error) {
      services.log.error("sweep_failed", { sweep: name, error: describeError(error) });
    }
  }
}
