import type { PreparedEvent } from "./event.ts";
import type { AuditLogPort } from "./log-port.ts";

export interface DeliveryPorts {
  outbox: {
    take(limit: number): Promise<PreparedEvent[]>;
    confirm(ids: string[]): Promise<void>;
  };
  log: Pick<AuditLogPort, "append">;
  /** Told of events that the log cannot take; they stay in the outbox. */
  refused(ids: string[]): void;
}

const EVENTS_A_CALL = 500;

/** Brings committed events to the log. To be stopped between the two steps is harmless: the log takes an event once. */
export async function deliver(ports: DeliveryPorts, events: readonly PreparedEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += EVENTS_A_CALL) {
    await deliverOnce(ports, events.slice(from, from + EVENTS_A_CALL));
  }
}

/** Delivers what waits in the outbox, the oldest first. @returns how many events reached the log */
export async function deliverBacklog(ports: DeliveryPorts): Promise<number> {
  for (let delivered = 0; ; ) {
    const events = await ports.outbox.take(EVENTS_A_CALL);
    const taken = events.length === 0 ? 0 : await deliverOnce(ports, events);
    delivered += taken;
    if (taken === 0 || events.length < EVENTS_A_CALL) return delivered;
  }
}

async function deliverOnce(
  { outbox, log, refused }: DeliveryPorts,
  events: PreparedEvent[],
): Promise<number> {
  const reply = await log.append(events);
  if (reply.refused.length > 0) refused(reply.refused);
  const unfit = new Set(reply.refused);
  const taken = events.flatMap(({ id }) => (unfit.has(id) ? [] : [id]));
  await outbox.confirm(taken);
  return taken.length;
}
