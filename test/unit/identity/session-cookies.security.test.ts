import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../workers/errors.ts";
import type { AppEnv } from "../../../workers/middleware/context.ts";
import {
  assertOwnPage,
  clearSessionCookies,
  readAccessCookie,
  readRefreshCookie,
  setSessionCookies,
} from "../../../workers/middleware/session-cookies.ts";

const app = new Hono<AppEnv>();
app.onError((error, c) => c.text(error instanceof AppError ? error.code : String(error), 403));
app.post("/set", (c) => {
  setSessionCookies(c, { access: "access", refresh: "refresh", expiresAt: Date.now() + 60_000 });
  return c.text("set");
});
app.post("/clear", (c) => {
  clearSessionCookies(c);
  return c.text("cleared");
});
app.get("/read", (c) => c.json([readAccessCookie(c) ?? null, readRefreshCookie(c) ?? null]));
app.post("/own", (c) => {
  assertOwnPage(c);
  return c.text("own");
});

const cookiesOf = async (address: string) =>
  (await app.request(address, { method: "POST" })).headers.getSetCookie().map((cookie) => cookie.split("; "));

describe("session cookies", () => {
  it("are out of reach of scripts, other sites and plain connections", async () => {
    const [access = [], refresh = []] = await cookiesOf("https://almanac.test/set");
    expect(access[0]).toBe("__Host-almanac_access=access");
    expect(refresh[0]).toBe("__Host-almanac_refresh=refresh");
    for (const cookie of [access, refresh]) {
      expect(cookie).toEqual(expect.arrayContaining(["HttpOnly", "Secure", "SameSite=Strict", "Path=/"]));
      expect(cookie.join()).not.toContain("Domain");
    }
  });

  it("have plain names on localhost, where nothing is encrypted", async () => {
    const [access = [], refresh = []] = await cookiesOf("http://localhost:8787/set");
    expect(access[0]).toBe("almanac_access=access");
    expect(refresh[0]).toBe("almanac_refresh=refresh");
    expect([...access, ...refresh]).not.toContain("Secure");
    expect([...access, ...refresh].filter((part) => part === "HttpOnly")).toHaveLength(2);
  });

  it("are taken away with the same attributes", async () => {
    const cleared = await cookiesOf("https://almanac.test/clear");
    expect(cleared.map(([first]) => first)).toEqual(["__Host-almanac_access=", "__Host-almanac_refresh="]);
    expect(cleared.every((cookie) => cookie.includes("Max-Age=0") && cookie.includes("Secure"))).toBe(true);
  });

  it("are read by their protected names only, where the connection is secure", async () => {
    const read = async (address: string, cookie: string) =>
      (await app.request(address, { headers: { cookie } })).json();
    const both = "__Host-almanac_access=a; __Host-almanac_refresh=r";
    expect(await read("https://almanac.test/read", both)).toEqual(["a", "r"]);
    const planted = "almanac_access=a; almanac_refresh=r";
    expect(await read("https://almanac.test/read", planted)).toEqual([null, null]);
    const tossed = "__Secure-almanac_access=a; __Secure-almanac_refresh=r";
    expect(await read("https://almanac.test/read", tossed)).toEqual([null, null]);
    expect(await read("http://localhost/read", planted)).toEqual(["a", "r"]);
  });
});

describe("pages of others (login CSRF)", () => {
  const ask = async (headers: Record<string, string>) =>
    (await app.request("https://almanac.test/own", { method: "POST", headers })).text();

  it("are refused, and so is what does not say where it comes from", async () => {
    for (const headers of [
      {},
      { origin: "https://evil.test" },
      { origin: "https://almanac.test.evil.test" },
      { origin: "http://almanac.test" },
      { origin: "https://almanac.test:444" },
      { origin: "null" },
      { origin: "https://evil.test", "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { "sec-fetch-site": "cross-site" },
    ]) {
      expect(await ask(headers), JSON.stringify(headers)).toBe("origin_not_allowed");
    }
  });

  it("are not ours", async () => {
    expect(await ask({ origin: "https://almanac.test" })).toBe("own");
    expect(await ask({ "sec-fetch-site": "same-origin" })).toBe("own");
  });
});
