import { BoundedMap } from "./bounded-map.ts";
import { Denials } from "./denials.ts";
import { LocalLimit } from "./local-limit.ts";

/** What an isolate remembers from request to request. */
export class LimitMemory {
  readonly denials = new Denials();
  readonly local = new LocalLimit();
  /** Until when, in epoch milliseconds, a subject's limiter is not asked again because it was too slow. */
  readonly away = new BoundedMap<number>(10_000);

  clear(): void {
    this.denials.clear();
    this.local.clear();
    this.away.clear();
  }
}

/** The one of this isolate. */
export const isolateMemory = new LimitMemory();
