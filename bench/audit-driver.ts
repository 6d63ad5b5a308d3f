import type { PreparedEvent } from "../workers/audit/event.ts";
import { syntheticEvents } from "./synthetic-events.ts";

interface Bindings {
  AUDIT_LOG: {
    idFromName(name: string): unknown;
    get(id: unknown): { append(events: PreparedEvent[]): Promise<unknown> };
  };
}

/** A Worker that appends as many events as it is asked to: from outside the runtime each call would cost more than it does. */
export default {
  async fetch(request: Request, env: Bindings): Promise<Response> {
    const asked = new URL(request.url).searchParams;
    const [count, callers, batch] = ["events", "callers", "batch"].map((name) => Number(asked.get(name)));
    const log = env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName("bench"));
    const events = syntheticEvents();
    let left = count ?? 0;
    const append = async () => {
      while (left > 0) {
        const size = Math.min(left, batch ?? 1);
        left -= size;
        await log.append(Array.from({ length: size }, () => events.next().value.event));
      }
    };
    await Promise.all(Array.from({ length: callers ?? 1 }, append));
    return new Response();
  },
};
