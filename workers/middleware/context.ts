import type { AuditTrail, EventDraft } from "../audit/event.ts";
import type { Claim } from "../identity/claim.ts";
import type { Principal } from "../identity/principal.ts";
import type { RoutePolicy } from "../identity/route-policy.ts";
import type { Services } from "../services.ts";
import type { Log } from "../telemetry/log.ts";

/** What middleware leaves for the handlers after it. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    services: Services;
    log: Log;
    policy: RoutePolicy;
    principal: Principal;
    claim: Claim | null;
    audit: RequestTrail;
  };
}

export interface RequestTrail extends AuditTrail {
  /** For a refusal, which must not take longer because it is told: written after the reply. */
  recordLater(draft: EventDraft): void;
}
