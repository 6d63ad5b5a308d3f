import type { z } from "zod";
import { Me, SignedIn } from "./contract.ts";
import { json } from "./encode.ts";
import { exchange, readAs } from "./exchange.ts";
import { renewSession } from "./renew-session.ts";
import { fetchJson } from "./request.ts";
import { noteSession, readNote } from "./session-note.ts";

/** Who is signed in here. A session whose access token the browser lost before its time is renewed. */
export async function fetchMe(): Promise<Me> {
  const ask = () => fetchJson(Me, "/api/v1/auth/me");
  const me = await ask();
  const note = readNote();
  if (me.credential !== "none" || note === null) return me;
  return (await renewSession(note)) === "renewed" ? ask() : me;
}

/** Signs in with a password. @throws {Failure} `sign_in_failed`, `rate_limit_exceeded`, `sign_in_busy` */
export const signIn = (email: string, password: string) => begin("sign-in", { email, password });

/** Redeems a one-time link's token. @throws {Failure} `link_invalid` */
export const signInByLink = (token: string) => begin("link", { token });

/** Begins a session. The tokens go into cookies. */
export async function begin(way: string, credentials: Record<string, unknown>): Promise<SignedIn> {
  const body = { ...credentials, transport: "cookie" };
  const response = await exchange(`/api/v1/auth/${way}`, json(body));
  const signedIn = await readAs(SignedIn, response);
  noteSession(signedIn, response.headers.get("date"));
  return signedIn;
}

/** Ends the session and clears its cookies, also those of one that is over. */
export async function endSession(): Promise<void> {
  await exchange("/api/v1/auth/sign-out", json({}));
}

/** Asks without a session what only a sign-in may ask for. */
export async function askOpenly<Schema extends z.ZodType>(
  schema: Schema,
  path: string,
): Promise<z.infer<Schema>> {
  return readAs(schema, await exchange(path, json({})));
}
