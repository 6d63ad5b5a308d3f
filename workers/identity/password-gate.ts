import { AppError } from "../errors.ts";

const AT_ONCE = 2;
const WAITING = 16;
const LOOK_AGAIN_MS = 10;
/** The runtime stops a request for good when its caller gives up: after this its place is free again. */
const LEASE_MS = 10_000;

/**
 * Lets a few hashes run at a time and a few more wait: each takes a processor for a quarter of a second and 16 MiB,
 * of which an isolate has 128, so that a flood of sign-ins must not take the rest of the service with it.
 *
 * Those who wait look again by themselves: in this runtime, a request must not wait for what another one resolves.
 */
export function passwordGate(now: () => number = Date.now) {
  const admitted = new Map<symbol, number>();
  const hashing = new Map<symbol, number>();

  const inUse = (places: Map<symbol, number>): number => {
    for (const [ticket, since] of places) if (now() - since > LEASE_MS) places.delete(ticket);
    return places.size;
  };

  return {
    /** @throws AppError `sign_in_busy` when too many wait already */
    async pass<Result>(hash: () => Promise<Result>): Promise<Result> {
      if (inUse(admitted) >= AT_ONCE + WAITING) {
        throw new AppError("sign_in_busy", {
          detail: "Many people sign in at this moment. Try again shortly.",
        });
      }
      const ticket = Symbol();
      admitted.set(ticket, now());
      try {
        // Hashing does not give up the thread: between two hashes, those who arrived must be counted.
        await pause(0);
        while (inUse(hashing) >= AT_ONCE) await pause(LOOK_AGAIN_MS);
        hashing.set(ticket, now());
        return await hash();
      } finally {
        hashing.delete(ticket);
        admitted.delete(ticket);
      }
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resume) => setTimeout(resume, ms));
