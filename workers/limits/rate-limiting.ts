import type { RateLimit } from "../contract/identity.ts";
import { AppError } from "../errors.ts";
import { isolateMemory, type LimitMemory } from "./limit-memory.ts";
import {
  SIGN_IN_BY_ACCOUNT,
  SIGN_IN_BY_ACCOUNT_AND_ADDRESS,
  SIGN_IN_BY_ADDRESS,
  windowsOf,
} from "./policies.ts";
import { assertLetIn } from "./refusal.ts";
import { type Subject, subjectKey } from "./subject.ts";
import type { Limiter, LimitWindow, TakeRequest, Verdict } from "./verdict.ts";

/** A limiter that takes longer counts as down, in milliseconds. */
const PATIENCE_MS = 1_000;
/** For how long one that was too slow is not waited for again. */
const AWAY_MS = 2_000;

export interface LimitPorts {
  /** The object that counts under this name. */
  limiter(name: string): Limiter;
  /** The deployment's master secret. */
  secret: string;
  /** Tells operators that a limiter does not answer. */
  limiterFailed(error: unknown): void;
  /** Epoch milliseconds. */
  now(): number;
}

/** A verdict, and whether it is a refusal that the audit trail should hear of. */
export interface Ruling extends Verdict {
  isNews: boolean;
}

/**
 * Limits how much anybody may ask. Whoever was denied is denied from memory until they would get in. While the
 * limiter is away, this isolate counts by itself, and lets in a quarter; or refuses where that is not safe.
 *
 * @example services.ts: rateLimiting({ limiter: (name) => env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(name)), … })
 */
export function rateLimiting(ports: LimitPorts, memory: LimitMemory = isolateMemory) {
  async function ask(name: string, request: TakeRequest): Promise<Verdict> {
    if ((memory.away.get(name) ?? 0) > ports.now())
      throw new Error("The rate limiter was too slow just now.");
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      memory.away.set(name, ports.now() + AWAY_MS);
      reject(new Error(`The rate limiter did not answer within ${PATIENCE_MS} ms.`));
    }, PATIENCE_MS);
    try {
      return await Promise.race([ports.limiter(name).take(request), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param standIn decides when the limiter cannot be asked */
  async function rule(subject: Subject, request: TakeRequest, standIn: StandIn): Promise<Ruling> {
    const name = subjectKey(ports.secret, subject);
    const now = ports.now();
    // A denial holds for the limit that it was made by: whoever is given a higher one gets in at once.
    const windows = request.kind === "exact" ? [request.window] : request.windows;
    const denialKey = `${name} ${windows.map(({ limit }) => limit)}`;
    const denied = memory.denials.find(denialKey, now);
    if (denied !== undefined) return { ...denied, isNews: false };
    let verdict: Verdict;
    let isStandIn = false;
    try {
      verdict = await ask(name, request);
    } catch (error) {
      ports.limiterFailed(error);
      verdict = standIn(name, now, error);
      isStandIn = true;
    }
    if (verdict.allowed) return { ...verdict, isNews: false };
    // What is denied by the local count ends when the limiter is back.
    const isNews = memory.denials.add(isStandIn ? `${denialKey} local` : denialKey, verdict, ports.now());
    return { ...verdict, isNews };
  }

  const countExactly = (subject: Subject, window: LimitWindow) =>
    rule(subject, { kind: "exact", window }, refuse);

  return {
    /**
     * Counts one request.
     *
     * @throws AppError `dependency_unavailable` where it must be counted and cannot
     */
    count(subject: Subject, limit: RateLimit, { failClosed }: { failClosed: boolean }): Promise<Ruling> {
      const windows = windowsOf(limit);
      const countLocally: StandIn = (name, now) => memory.local.take(name, windows, 1, now);
      return rule(subject, { kind: "sliding", windows, weight: 1 }, failClosed ? refuse : countLocally);
    },

    /** Counts a try to sign in from an address. @throws AppError `dependency_unavailable` */
    countSignIn: (address: string): Promise<Ruling> =>
      countExactly({ kind: "sign_in_address", value: address }, SIGN_IN_BY_ADDRESS),

    throttle: {
      /**
       * Counts a try to get into an account, and refuses when there were too many. What is refused to one address
       * does not count against the account: the flood of one leaves room for others.
       *
       * @param account what tells accounts apart, known ones from unknown ones not
       * @param address what is counted together, as `bucketOf` gives it
       * @throws AppError `rate_limit_exceeded`, `dependency_unavailable`
       */
      async signIn(account: string, address: string): Promise<void> {
        const here = { kind: "sign_in_account_at_address", value: `${account}\0${address}` } as const;
        assertLetIn(await countExactly(here, SIGN_IN_BY_ACCOUNT_AND_ADDRESS));
        assertLetIn(await countExactly({ kind: "sign_in_account", value: account }, SIGN_IN_BY_ACCOUNT));
      },
    },
  };
}

type StandIn = (name: string, now: number, why: unknown) => Verdict;

const refuse: StandIn = (_name, _now, cause) => {
  throw new AppError("dependency_unavailable", {
    detail: "The rate limiter does not answer, and this is not done without it. Try again in a moment.",
    cause,
  });
};
