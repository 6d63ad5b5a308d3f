import { Client } from "../../../cli/client.ts";
import type { Role } from "../../../workers/contract/access.ts";
import { NewUser, SignedIn } from "../../../workers/contract/identity.ts";
import { almanacUrl } from "./open-browser.ts";
import { type Cookie, cookiesOfLink } from "./sign-in.ts";

export interface Person {
  readonly id: string;
  readonly email: string;
  /** Of the link that signs them in once. */
  readonly token: string;
  /** The link itself, without the host. */
  readonly link: string;
}

export const newEmail = (): string => `${crypto.randomUUID().slice(0, 8)}@example.org`;
export const newPassword = (): string => `tide ${crypto.randomUUID()}`;

/** Speaks to the Worker under test as its admin. */
export function adminClient(): Client {
  return new Client(almanacUrl(), process.env.ALMANAC_KEY ?? "");
}

/** A new user, who has never signed in. */
export async function newPerson(role: Role = "read"): Promise<Person> {
  const { user, link } = await adminClient().send("POST", "/api/v1/users", NewUser, {
    email: newEmail(),
    role,
  });
  const { pathname, hash } = new URL(link.url);
  return { id: user.id, email: user.email, token: link.token, link: `${pathname}${hash}` };
}

/** A new user, and the cookies of a session of theirs. */
export async function newVisitor(role: Role): Promise<Person & { readonly cookies: Cookie[] }> {
  const person = await newPerson(role);
  return { ...person, cookies: await cookiesOfLink(almanacUrl(), person.token) };
}

export interface PersonWithPassword extends Person {
  readonly password: string;
  /** Speaks in a session that was begun with the link. */
  readonly client: Client;
}

/** A new user who has used the link up to set a password. */
export async function newPersonWithPassword(role: Role = "read"): Promise<PersonWithPassword> {
  const person = await newPerson(role);
  const { access_token } = await new Client(almanacUrl(), null).send("POST", "/api/v1/auth/link", SignedIn, {
    token: person.token,
  });
  const client = new Client(almanacUrl(), access_token ?? null);
  const password = newPassword();
  await client.request("PUT", "/api/v1/auth/password", { new_password: password });
  return { ...person, password, client };
}
