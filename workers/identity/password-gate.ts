import { AppError } from "../errors.ts";

const AT_ONCE = 2;
const WAITING = 16;
/** A request that its caller gave up is stopped for good in the middle: its place is free again after that. */
const LEASE_MS = 10_000;

export type PasswordGate = ReturnType<typeof passwordGate>;

/**
 * Lets a few hashes run at a time and a few more wait: each takes a processor for a quarter of a second and 16 MiB,
 * of which an isolate has 128, so that a flood of sign-ins must not take the rest of the service with it.
 */
export function passwordGate(now: () => number = Date.now) {
  const running = new Map<symbol, number>();
  let waiting: { ticket: symbol; since: number; enter: () => void; refuse: (why: AppError) => void }[] = [];

  const admit = (): void => {
    for (const [ticket, since] of running) if (now() - since > LEASE_MS) running.delete(ticket);
    for (const one of waiting) if (now() - one.since > LEASE_MS) one.refuse(busy());
    waiting = waiting.filter((one) => now() - one.since <= LEASE_MS);
    while (running.size < AT_ONCE) {
      const next = waiting.shift();
      if (next === undefined) return;
      running.set(next.ticket, now());
      next.enter();
    }
  };

  return {
    /** @throws AppError `sign_in_busy` when too many wait already */
    async pass<Result>(hash: () => Promise<Result>): Promise<Result> {
      admit();
      if (waiting.length >= WAITING) throw busy();
      const ticket = Symbol();
      const entered = new Promise<void>((enter, refuse) =>
        waiting.push({ ticket, since: now(), enter, refuse }),
      );
      admit();
      try {
        await entered;
        // The runtime hashes without giving up the thread: between two hashes, those who arrived must be counted.
        await new Promise((resume) => setTimeout(resume, 0));
        return await hash();
      } finally {
        running.delete(ticket);
        admit();
      }
    },
  };
}

const busy = () =>
  new AppError("sign_in_busy", { detail: "Many people sign in at this moment. Try again shortly." });
