import { version } from "../package.json";
import type { Readiness } from "./contract/health.ts";
import { auditServices } from "./services/audit.ts";
import { type Base, createBase } from "./services/base.ts";
import { documentServices } from "./services/documents.ts";
import { identityServices } from "./services/identity.ts";
import { limitServices } from "./services/limits.ts";
import { liveServices } from "./services/live.ts";
import { metricServices } from "./services/metrics.ts";
import { telemetryServices } from "./services/telemetry.ts";
import { Recent } from "./storage/recent.ts";

export type Services = ReturnType<typeof createServices>;

const readiness = new Recent<Readiness>("readiness");

/**
 * Puts together what one request, message batch or schedule needs. Nothing here does work until it is called.
 *
 * @param background keeps the isolate alive for work that goes on after the reply
 */
export function createServices(env: Env, background: Base["background"]) {
  const base = createBase(env, background);
  const audit = auditServices(base);
  const documents = documentServices(base, audit.systemTrail);
  const identity = identityServices(base, documents);
  const metricEngine = metricServices(base, identity.runtimeSettings);
  return {
    settings: base.settings,
    log: base.log,
    cursors: base.cursors,
    inBackground: base.inBackground,
    /** As it was a few seconds ago: anybody may ask all the time, and to find it out takes every part of the service. */
    recentReadiness: (probe: () => Promise<Readiness>): Promise<Readiness> =>
      readiness.get("all", probe, base.background),
    ...audit,
    ...documents,
    ...identity,
    ...limitServices(base),
    ...metricEngine,
    ...liveServices(base, metricEngine.metrics.shardCount),
    ...telemetryServices(base, metricEngine.metrics.append),
    usage: base.usage,
    version,
  };
}
