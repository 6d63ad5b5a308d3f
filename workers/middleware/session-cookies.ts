import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./context.ts";

const ACCESS = "almanac_access";
const REFRESH = "almanac_refresh";

/**
 * Browsers keep even neighbours under the same domain from setting such a cookie, where the connection is secure: a
 * refresh token of theirs would sign our visitors in under their account. The price is that both go with each request.
 */
const PREFIX = "host";

/**
 * Puts a session's tokens where no script reads them. Both cookies last as long as the session: an access token that
 * has run out is to be told from none.
 *
 * @param tokens `expiresAt` of the session, in epoch milliseconds
 */
export function setSessionCookies(
  c: Context<AppEnv>,
  tokens: { access: string; refresh: string; expiresAt: number },
): void {
  const maxAge = Math.max(0, Math.floor((tokens.expiresAt - Date.now()) / 1000));
  setCookie(c, ACCESS, tokens.access, { ...optionsOf(c), maxAge });
  setCookie(c, REFRESH, tokens.refresh, { ...optionsOf(c), maxAge });
}

export function clearSessionCookies(c: Context<AppEnv>): void {
  for (const name of [ACCESS, REFRESH]) deleteCookie(c, name, optionsOf(c));
}

export const readAccessCookie = (c: Context<AppEnv>): string | undefined => read(c, ACCESS);
export const readRefreshCookie = (c: Context<AppEnv>): string | undefined => read(c, REFRESH);

/**
 * Refuses those who come from another page than ours where cookies are set or decide: else another site could sign its
 * visitors in under an account of its own (login CSRF).
 *
 * @throws AppError `origin_not_allowed`
 */
export function assertOwnPage(c: Context<AppEnv>): void {
  const origin = c.req.header("origin");
  const isOwn =
    origin === undefined
      ? c.req.header("sec-fetch-site") === "same-origin"
      : origin === new URL(c.req.url).origin;
  if (isOwn) return;
  throw new AppError("origin_not_allowed", {
    detail: 'Cookies are for pages of this service. Other programs sign in with `"transport": "token"`.',
  });
}

const isSecure = (c: Context<AppEnv>): boolean => new URL(c.req.url).protocol === "https:";

const read = (c: Context<AppEnv>, name: string): string | undefined =>
  isSecure(c) ? getCookie(c, name, PREFIX) : getCookie(c, name);

function optionsOf(c: Context<AppEnv>): CookieOptions {
  const options = { path: "/", httpOnly: true, sameSite: "Strict" } as const;
  return isSecure(c) ? { ...options, secure: true, prefix: PREFIX } : options;
}
