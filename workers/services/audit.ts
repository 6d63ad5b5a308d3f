import { type DeliveryPorts, deliverBacklog } from "../audit/deliver.ts";
import type { AuditTrail } from "../audit/event.ts";
import { type AuditedRequest, auditTrail } from "../audit/trail.ts";
import { auditOutboxRepository } from "../storage/audit/outbox.ts";
import { auditReader } from "../storage/audit/reader.ts";
import { subjectKeyRepository } from "../storage/audit/subject-keys.ts";
import { newId } from "../storage/ids.ts";
import type { Base } from "./base.ts";
import { measured } from "./measured-object.ts";

/** There is one log. */
const LOG_NAME = "log";

/** When this isolate last began to deliver, in epoch milliseconds. */
let deliveredAt = 0;
/** What is written within this time after it waits for the next delivery, or for the sweep. Readers wait for none. */
const DELIVER_EVERY_MS = 2_000;

/** How acts get into the audit log, and how it is read. */
export function auditServices(base: Base) {
  const { env, settings, db, cursors, log, inBackground } = base;
  const outbox = auditOutboxRepository(db);
  const subjectKeys = subjectKeyRepository(db, settings.AUTH_SECRET);
  const auditLog = measured(env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(LOG_NAME)), "AuditLog");
  const ports: DeliveryPorts = {
    outbox,
    log: auditLog,
    refused: (ids) => log.error("audit_events_refused", { ids }),
  };
  const trailOf = (request: AuditedRequest): AuditTrail =>
    auditTrail({
      keys: subjectKeys,
      write: (events) => outbox.write(events),
      now: Date.now,
      newId: (now) => newId("evt", now),
      request,
    });

  // Two deliveries at once do no harm: the log takes an event once.
  const deliverSoon = async (): Promise<void> => {
    if (Date.now() - deliveredAt < DELIVER_EVERY_MS) return;
    deliveredAt = Date.now();
    await deliverBacklog(ports);
  };

  return {
    auditTrail: trailOf,
    /** Of what the service does by itself. */
    systemTrail: trailOf({
      requestId: null,
      givenRequestId: null,
      address: null,
      userAgent: null,
      actor: () => ({ kind: "system", id: null, user_id: null }),
    }),
    /** Brings what was committed to the log, after the reply. */
    deliverAudit: () => inBackground(deliverSoon(), "deliver audit events"),
    auditDelivery: ports,
    auditLog,
    auditReader: auditReader(auditLog, subjectKeys, cursors),
    subjectKeys,
  };
}
