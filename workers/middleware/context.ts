import type { Services } from "../services.ts";
import type { Log } from "../telemetry/log.ts";

/** What middleware leaves for the handlers after it. */
export interface AppEnv {
  Bindings: Env;
  Variables: { requestId: string; services: Services; log: Log };
}
