import { deliverBacklog } from "../audit/deliver.ts";
import type { Services } from "../services.ts";

/** Delivers the events that did not get to the log after their request, and sees to it that they are published. */
export async function keepAudit(services: Services): Promise<void> {
  await deliverBacklog(services.auditDelivery);
  await services.auditLog.ensureAlarm();
  await services.subjectKeys.destroyOldDays(Date.now());
}
