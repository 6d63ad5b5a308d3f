import type { BrowserContext } from "playwright-core";
import { Client } from "../../../cli/client.ts";
import { Me, SignInLink } from "../../../workers/contract/identity.ts";

export type Cookie = Parameters<BrowserContext["addCookies"]>[0][number];

/** Signs the owner of the key in as a browser would, and gives the cookies of the session. */
export async function sessionCookies(url: string, key: string): Promise<Cookie[]> {
  const client = new Client(url, key);
  const { user } = await client.send("GET", "/api/v1/auth/me", Me);
  const { token } = await client.send("POST", `/api/v1/users/${user?.id}/link`, SignInLink);
  return cookiesOfLink(url, token);
}

/** Uses a one-time link up as a browser would, and gives the cookies of the session. @param token of the link */
export async function cookiesOfLink(url: string, token: string): Promise<Cookie[]> {
  const { origin, hostname } = new URL(url);
  const reply = await fetch(new URL("/api/v1/auth/link", url), {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify({ token, transport: "cookie", device_name: "browser tests" }),
  });
  if (!reply.ok) throw new Error(`The sign-in failed: ${await reply.text()}`);
  return reply.headers.getSetCookie().map((line) => {
    const [, name = "", value = "", path = "/"] = /^([^=]+)=([^;]*);.*?\bPath=([^;]+)/i.exec(line) ?? [];
    return { name, value, path, domain: hostname, httpOnly: true, sameSite: "Strict" };
  });
}
