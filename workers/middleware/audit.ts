import { createMiddleware } from "hono/factory";
import type { AuditEvent } from "../contract/audit.ts";
import { ANONYMOUS, type Principal } from "../identity/principal.ts";
import { clientAddress } from "./client-address.ts";
import type { AppEnv } from "./context.ts";

/** Gives the request its audit trail, and brings what was written to the log once the reply is on its way. */
export const audit = createMiddleware<AppEnv>(async (c, next) => {
  const services = c.get("services");
  // Until the credential was looked at it is nobody.
  c.set("principal", ANONYMOUS);
  const given = c.req.header("x-request-id") === undefined ? null : c.get("requestId");
  let isUsed = false;
  const trail = services.auditTrail({
    requestId: given === null ? c.get("requestId") : null,
    givenRequestId: given,
    address: clientAddress(c),
    userAgent: c.req.header("user-agent")?.slice(0, 500) ?? null,
    actor: () => actorOf(c.get("principal")),
  });
  c.set("audit", {
    prepare(draft) {
      isUsed = true;
      return trail.prepare(draft);
    },
    record(draft) {
      isUsed = true;
      return trail.record(draft);
    },
    recordLater(draft) {
      services.inBackground(trail.record(draft).then(services.deliverAudit), "audit an act");
    },
  });
  await next();
  if (isUsed) services.deliverAudit();
});

const actorOf = ({ kind, keyId, sessionId, userId }: Principal): AuditEvent["actor"] => ({
  kind,
  id: keyId ?? sessionId,
  user_id: userId,
});
