import { Session, SessionList } from "./contract.ts";
import { json } from "./encode.ts";
import { fetchJson, send } from "./request.ts";

/** Sets the password. @param current null right after signing in by a link, or when there is none yet */
export async function changePassword(current: string | null, next: string): Promise<void> {
  const body = { new_password: next, ...(current !== null && { current_password: current }) };
  await send("/api/v1/auth/password", json(body, "PUT"));
}

export const listSessions = (signal: AbortSignal) =>
  fetchJson(SessionList, "/api/v1/auth/sessions", { signal });

export const renameSession = (id: string, name: string) =>
  fetchJson(Session, sessionPath(id), json({ device_name: name }, "PATCH"));

export async function endOneSession(id: string): Promise<void> {
  await send(sessionPath(id), { method: "DELETE" });
}

/** Ends all sessions but the one that asks. */
export async function endOtherSessions(): Promise<void> {
  await send("/api/v1/auth/sessions", { method: "DELETE" });
}

const sessionPath = (id: string) => `/api/v1/auth/sessions/${encodeURIComponent(id)}`;
