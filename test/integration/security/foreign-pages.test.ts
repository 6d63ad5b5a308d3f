import { describe, expect, it } from "vitest";
import type { Me } from "../../../workers/contract/identity.ts";
import { jsonInit, ok, problem, send, useFreshStores } from "../../support/api.ts";
import { elsewhere } from "../../support/elsewhere.ts";
import { addPerson, from, newAddress, PASSWORD } from "../../support/sign-in.ts";

useFreshStores();

const OWN = "https://almanac.test";
const EVIL = "https://forger.example";

describe("pages of others (CSRF, login CSRF, DNS rebinding)", () => {
  const body = (email: string) => ({ email, password: PASSWORD, transport: "cookie" });
  const signInFrom = (email: string, headers: Record<string, string>) =>
    send("/api/v1/auth/sign-in", jsonInit("POST", body(email), from(newAddress(), headers)));
  const refused = { status: 403, code: "origin_not_allowed" };

  /** What a browser would send with each request after signing in on a page of ours. */
  async function cookiesOf(email: string): Promise<string> {
    const reply = await signInFrom(email, { origin: OWN });
    expect(reply.status, await reply.clone().text()).toBe(200);
    expect(await reply.json()).not.toHaveProperty("access_token");
    const set = reply.headers.getSetCookie();
    expect(set).toHaveLength(2);
    for (const cookie of set) expect(cookie).toMatch(/^__Host-.*HttpOnly.*Secure.*SameSite=Strict/);
    return set.map((cookie) => cookie.split(";")[0]).join("; ");
  }

  it("sign nobody in, with cookies or by a form (login CSRF)", async () => {
    const { email } = await addPerson();
    const tries: Record<string, string>[] = [
      { origin: EVIL },
      { origin: "null" },
      { origin: `${OWN}.forger.example` },
      { origin: "http://almanac.test" },
      { origin: `${OWN}:8443` },
      {},
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
      { referer: `${OWN}/login` },
    ];
    for (const headers of tries) {
      const reply = await signInFrom(email, headers);
      expect(reply.headers.getSetCookie(), JSON.stringify(headers)).toEqual([]);
      expect(await problem(Promise.resolve(reply))).toMatchObject(refused);
    }
    const form = {
      method: "POST",
      body: JSON.stringify(body(email)),
      headers: from(newAddress(), { "content-type": "text/plain", "sec-fetch-site": "same-origin" }),
    };
    expect(await problem(send("/api/v1/auth/sign-in", form))).toMatchObject({ status: 415 });
  });

  it("change nothing with the visitor's cookie (CSRF), and open no socket", async () => {
    const { email } = await addPerson();
    const cookie = await cookiesOf(email);
    const write = (headers: Record<string, string>) =>
      send("/api/v1/collections", jsonInit("POST", { name: crypto.randomUUID() }, { cookie, ...headers }));
    const foreign: Record<string, string>[] = [
      { origin: EVIL },
      { origin: "null" },
      {},
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign)
      expect(await problem(write(headers)), JSON.stringify(headers)).toMatchObject(refused);
    for (const path of ["/api/v1/auth/refresh", "/api/v1/auth/sign-out"]) {
      const reply = send(path, jsonInit("POST", {}, from(newAddress(), { cookie })));
      expect(await problem(reply), path).toMatchObject(refused);
    }
    const socket = send("/api/v1/auth/me", { headers: { cookie, origin: EVIL, upgrade: "websocket" } });
    expect(await problem(socket)).toMatchObject(refused);
    await ok(write({ origin: OWN }), 201);
    await ok(write({ "sec-fetch-site": "same-origin" }), 201);
  });

  it("do not read across origins", async () => {
    const { email } = await addPerson();
    const cookie = await cookiesOf(email);
    const read = await send("/api/v1/auth/me", { headers: { cookie, origin: EVIL } });
    expect(read.headers.get("access-control-allow-origin")).toBeNull();
    const preflight = {
      method: "OPTIONS",
      headers: { origin: EVIL, "access-control-request-method": "PUT" },
    };
    expect(await problem(send("/api/v1/documents", preflight))).toMatchObject(refused);
  });

  it("do not leave the visitor in a session of theirs (session fixation)", async () => {
    const forger = await addPerson();
    const { email, userId } = await addPerson();
    const planted = `__Host-almanac_access=${forger.session.access_token}; __Host-almanac_refresh=${forger.session.refresh_token}`;
    const reply = await signInFrom(email, { origin: OWN, cookie: planted });
    const { session_id, user } = await reply.json<{ session_id: string; user: { id: string } }>();
    expect(user.id).toBe(userId);
    expect(session_id).not.toBe(forger.session.session_id);
    const cookies = reply.headers.getSetCookie().join("\n");
    expect(cookies).not.toContain(forger.session.access_token);
    expect(cookies).not.toContain(forger.session.refresh_token);
    // A cookie that a neighbouring host can set has another name, and is none of ours.
    const weak = await ok<Me>(
      send("/api/v1/auth/me", { headers: { cookie: `almanac_access=${forger.session.access_token}` } }),
    );
    expect(weak.credential).toBe("none");
  });

  it("nor by a cookie that a neighbour under the same domain may set (cookie tossing)", async () => {
    const forger = await addPerson();
    const { email } = await addPerson();
    const cookies = await cookiesOf(email);
    const [access = ""] = cookies.split("; ");
    for (const name of ["__Secure-almanac_refresh", "almanac_refresh", "__host-almanac_refresh"]) {
      const tossed = `${name}=${forger.session.refresh_token}; ${access}`;
      const refreshed = send(
        "/api/v1/auth/refresh",
        jsonInit("POST", {}, from(newAddress(), { cookie: tossed, origin: OWN })),
      );
      expect(await problem(refreshed), name).toMatchObject({ status: 401, code: "credential_missing" });
    }
    const own = send(
      "/api/v1/auth/refresh",
      jsonInit("POST", {}, from(newAddress(), { cookie: cookies, origin: OWN })),
    );
    expect(await ok(own)).toMatchObject({ user: { email } });
  });

  it("on the way read no cookie or answer of a deployment: it has none for plain HTTP", async () => {
    const { email, session } = await addPerson();
    const plain = { status: 403, code: "https_required" };
    for (const ENVIRONMENT of ["staging", "production"]) {
      const signIn = elsewhere(
        { ENVIRONMENT },
        "http://almanac.test/api/v1/auth/sign-in",
        jsonInit("POST", body(email), from(newAddress(), { origin: "http://almanac.test" })),
      );
      expect((await signIn).headers.getSetCookie()).toEqual([]);
      expect(await problem(signIn)).toMatchObject(plain);
      const headers = { authorization: `Bearer ${session.access_token}` };
      for (const path of ["/api/v1/auth/me", "/health/ready", "/health/detailed", "/nowhere"]) {
        const reply = elsewhere({ ENVIRONMENT }, `http://almanac.test${path}`, { headers });
        expect(await problem(reply), path).toMatchObject(plain);
      }
      for (const path of ["/health", "/health/live"])
        expect((await elsewhere({ ENVIRONMENT }, `http://almanac.test${path}`)).status).toBe(200);
      await ok(elsewhere({ ENVIRONMENT }, `${OWN}/api/v1/auth/me`, { headers }));
    }
  });

  it("do not reach a local server by a name of theirs (DNS rebinding)", async () => {
    const local = { ENVIRONMENT: "development" } as Partial<Env>;
    expect((await elsewhere(local, "http://localhost:8787/health")).status).toBe(200);
    for (const [url, host] of [
      ["http://forger.example:8787/health", "forger.example:8787"],
      ["http://localhost:8787/health", "forger.example:8787"],
      ["http://localhost.forger.example/health", "localhost.forger.example"],
    ] as const) {
      const reply = elsewhere(local, url, { headers: { host } });
      expect(await problem(reply), url).toMatchObject({ status: 421, code: "host_not_allowed" });
    }
  });
});
