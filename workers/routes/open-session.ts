import type { Context } from "hono";
import type { SignedIn } from "../contract/identity.ts";
import { AppError } from "../errors.ts";
import { accessExpiryOf, issueAccessToken } from "../identity/access-tokens.ts";
import { nameOfDevice } from "../identity/device-name.ts";
import {
  beginSession,
  type Entrant,
  type Opened,
  type SessionPorts,
  type SignInMethod,
} from "../identity/sessions.ts";
import { clientAddress, UNKNOWN_ADDRESS } from "../middleware/client-address.ts";
import type { AppEnv } from "../middleware/context.ts";
import { assertOwnPage, setSessionCookies } from "../middleware/session-cookies.ts";

export type Transport = "cookie" | "token";

export function sessionPorts(c: Context<AppEnv>): SessionPorts {
  const { sessions, settings } = c.get("services");
  const address = clientAddress(c);
  return {
    store: sessions,
    authSecret: settings.AUTH_SECRET,
    prepare: (draft) => c.get("audit").prepare(draft),
    address: address === UNKNOWN_ADDRESS ? null : address,
    now: Date.now(),
  };
}

/** To be called before anything that a page of others could have sent. @throws AppError `origin_not_allowed` */
export function assertTransport(c: Context<AppEnv>, transport: Transport): void {
  if (transport === "cookie") assertOwnPage(c);
}

/** Begins a session for whoever has shown who he is. */
export async function openSession(
  c: Context<AppEnv>,
  entrant: Omit<Entrant, "deviceName">,
  { transport, device_name }: { transport: Transport; device_name?: string | undefined },
): Promise<SignedIn> {
  const deviceName = device_name ?? nameOfDevice(c.req.header("user-agent") ?? "");
  const begun = beginSession(sessionPorts(c), { ...entrant, deviceName });
  return signedIn(c, await auditRefusal(c, entrant.method, begun), transport);
}

/** Writes down that somebody was not let in. */
export async function auditRefusal<Result>(
  c: Context<AppEnv>,
  method: SignInMethod,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.status === 401) {
      await c.get("audit").record({ action: "session.refused", result: "refused", detail: { method } });
    }
    throw error;
  }
}

/** Tells of a session with new tokens: in the reply, or in cookies. */
export async function signedIn(
  c: Context<AppEnv>,
  { session, refreshToken }: Opened,
  transport: Transport,
): Promise<SignedIn> {
  const { users, signingKeys } = c.get("services");
  const user = await users.get(session.userId);
  if (user.state !== "active") throw new AppError("session_ended", { detail: "The account is disabled." });
  const now = Date.now();
  const claims = { userId: user.id, sessionId: session.id, role: user.role, now };
  const accessToken = await issueAccessToken(await signingKeys.currentSigner(), claims);
  const told = {
    user,
    session_id: session.id,
    access_expires_at: new Date(accessExpiryOf(now)).toISOString(),
    refresh_expires_at: new Date(session.expiresAt).toISOString(),
  };
  if (transport === "token") return { ...told, access_token: accessToken, refresh_token: refreshToken };
  setSessionCookies(c, { access: accessToken, refresh: refreshToken, expiresAt: session.expiresAt });
  return told;
}
