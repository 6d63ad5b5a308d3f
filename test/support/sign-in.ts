import type { z } from "zod";
import type { Role } from "../../workers/contract/access.ts";
import type { NewUser, SignedIn } from "../../workers/contract/identity.ts";
import { jsonInit, ok, post, requestAs, send } from "./api.ts";

export const PASSWORD = "violet tram under nine bridges";

/** A session whose tokens went into the reply. */
export type Tokens = SignedIn & { access_token: string; refresh_token: string };

export interface Person {
  userId: string;
  email: string;
  password: string;
  /** The network address that all requests of theirs come from. */
  address: string;
  session: Tokens;
}

let people = 0;

/** A network address that no other test of the file comes from: tries to sign in are counted by it. */
export function newAddress(): string {
  people += 1;
  return `2001:db8:${people.toString(16)}::1`;
}

export const from = (address: string, more: Record<string, string> = {}): Record<string, string> => ({
  "cf-connecting-ip": address,
  ...more,
});

/** Somebody whom the admin adds, who comes in by the link and sets a password: all of it over HTTP. */
export async function addPerson(
  role: Role = "write",
  { email = `${crypto.randomUUID()}@example.org`, name = "Ada Example", address = newAddress() } = {},
): Promise<Person> {
  const { user, link } = await ok<z.infer<typeof NewUser>>(post("/api/v1/users", { email, name, role }), 201);
  const session = await ok<Tokens>(useLink(link.token, address));
  const set = jsonInit("PUT", { new_password: PASSWORD }, from(address));
  const reply = await requestAs(session.access_token, "/api/v1/auth/password", set);
  if (reply.status !== 204) throw new Error(`The password was not set: ${await reply.text()}`);
  return { userId: user.id, email, password: PASSWORD, address, session };
}

export const useLink = (token: string, address = newAddress()): Promise<Response> =>
  send("/api/v1/auth/link", jsonInit("POST", { token }, from(address)));

export const trySignIn = (
  email: string,
  password: string,
  headers: Record<string, string> = from(newAddress()),
): Promise<Response> => send("/api/v1/auth/sign-in", jsonInit("POST", { email, password }, headers));

/** Another session of the person, by the password. */
export const signIn = ({ email, password, address }: Person): Promise<Tokens> =>
  ok<Tokens>(trySignIn(email, password, from(address)));

export const refresh = (token: string, address = newAddress()): Promise<Response> =>
  send("/api/v1/auth/refresh", jsonInit("POST", { refresh_token: token }, from(address)));

export const signOut = (token: string): Promise<Response> =>
  send("/api/v1/auth/sign-out", jsonInit("POST", { refresh_token: token }, from(newAddress())));
