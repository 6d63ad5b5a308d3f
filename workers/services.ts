import { auditServices } from "./services/audit.ts";
import { type Base, createBase } from "./services/base.ts";
import { documentServices } from "./services/documents.ts";
import { identityServices } from "./services/identity.ts";
import { limitServices } from "./services/limits.ts";

export type Services = ReturnType<typeof createServices>;

/**
 * Puts together what one request, message batch or schedule needs. Nothing here does work until it is called.
 *
 * @param background keeps the isolate alive for work that goes on after the reply
 */
export function createServices(env: Env, background: Base["background"]) {
  const base = createBase(env, background);
  const audit = auditServices(base);
  const documents = documentServices(base, audit.systemTrail);
  return {
    settings: base.settings,
    log: base.log,
    cursors: base.cursors,
    inBackground: base.inBackground,
    ...audit,
    ...documents,
    ...identityServices(base, documents),
    ...limitServices(base),
  };
}
