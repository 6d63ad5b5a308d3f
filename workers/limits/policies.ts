import type { RateLimit } from "../contract/identity.ts";
import type { LimitWindow } from "./verdict.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The windows of a limit that admins set. All of them must have room. */
export const windowsOf = ({ per_minute, burst }: RateLimit): LimitWindow[] => [
  { name: "minute", limit: per_minute, ms: MINUTE },
  { name: "burst", limit: burst, ms: SECOND },
];

/**
 * Tries to get into one account from one address: 960 a day, too few to guess a password that is not among the
 * commonest (which are refused when they are set), and enough for somebody who mistypes. Those of others, elsewhere,
 * do not use them up: else anybody could keep the owner out.
 */
export const SIGN_IN_BY_ACCOUNT_AND_ADDRESS: LimitWindow = { name: "sign_in", limit: 10, ms: 15 * MINUTE };

/**
 * Tries to get into one account from all addresses: whoever guesses from many gets no more than 9,600 a day, still
 * too few. It takes ten addresses that do nothing else to keep the owner's password out, who has links and passkeys
 * besides, which this does not count.
 */
export const SIGN_IN_BY_ACCOUNT: LimitWindow = { name: "sign_in", limit: 100, ms: 15 * MINUTE };

/**
 * Tries from one address, whatever account they name: stops one machine that tries one password on many accounts.
 * Three times as many as for an account, because an office may share its address.
 */
export const SIGN_IN_BY_ADDRESS: LimitWindow = { name: "sign_in", limit: 30, ms: 15 * MINUTE };

/**
 * What an isolate lets in on its own while the limiter is away: a quarter, since a few isolates serve one caller
 * at the same time and none knows of the others.
 */
const LOCAL_SHARE = 4;
export const localWindows = (windows: readonly LimitWindow[]): LimitWindow[] =>
  windows.map((window) => ({ ...window, limit: Math.max(1, Math.floor(window.limit / LOCAL_SHARE)) }));
