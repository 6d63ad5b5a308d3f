import { SignedIn } from "./contract.ts";
import { json } from "./encode.ts";
import { exchange, readAs } from "./exchange.ts";
import { Failure } from "./failure.ts";
import { forgetSession, noteSession, readNote, type SessionNote } from "./session-note.ts";

/** `ended`: the server does not know the session any more. */
export type Renewal = "renewed" | "ended";

let underWay: Promise<Renewal> | undefined;

/**
 * Has the session's tokens replaced. However many ask at once, in however many tabs, one request is sent: a refresh
 * token works once.
 *
 * @param seen the note as it was when the request that needs this was sent; a newer one means that it is done
 * @throws {Failure} when the server cannot be asked now
 */
export function renewSession(seen: SessionNote | null): Promise<Renewal> {
  underWay ??= alone(() => renew(seen)).finally(() => {
    underWay = undefined;
  });
  return underWay;
}

async function renew(seen: SessionNote | null): Promise<Renewal> {
  const note = readNote();
  if (note !== null && note.accessUntil !== seen?.accessUntil) return "renewed";
  try {
    const response = await exchange("/api/v1/auth/refresh", json({}));
    noteSession(await readAs(SignedIn, response), response.headers.get("date"));
    return "renewed";
  } catch (error) {
    if (!(error instanceof Failure) || error.status !== 401) throw error;
    forgetSession();
    return "ended";
  }
}

// Locks span the tabs of an origin. Where there are none, the server bears with a retry within seconds.
function alone<T>(act: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? navigator.locks.request("almanac.session", act) : act();
}
