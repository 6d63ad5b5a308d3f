import { Hono } from "hono";
import { beforeEach, describe, expect, it } from "vitest";
import type { AppEnv } from "../../../workers/middleware/context.ts";
import { assertSameSite } from "../../../workers/middleware/cross-origin.ts";
import { replyWithProblem } from "../../../workers/middleware/problems.ts";
import { jsonInit, ok, problem, request, useFreshStores } from "../../support/api.ts";
import { elsewhere } from "../../support/elsewhere.ts";

useFreshStores();

const LISTED = "https://docs.example.org";
const FROM_VARIABLE = "https://intranet.example.org";

const ask = (path: string, init: RequestInit) =>
  elsewhere({ CORS_ORIGINS: FROM_VARIABLE }, `https://almanac.test${path}`, init);
const preflight = (origin: string) =>
  ask("/api/v1/query", { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });

describe("pages of other origins", () => {
  beforeEach(async () => {
    await ok(request("/api/v1/settings", jsonInit("PATCH", { cors_origins: [LISTED] })));
  });

  it.each([LISTED, FROM_VARIABLE])("may use the service when the settings name them: %s", async (origin) => {
    const allowed = await preflight(origin);
    expect(allowed.status).toBe(204);
    expect(Object.fromEntries(allowed.headers)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-max-age": "600",
      "access-control-allow-methods": expect.stringContaining("DELETE"),
      "access-control-allow-headers": expect.stringContaining("idempotency-key"),
      vary: expect.stringContaining("Origin"),
    });
    const { headers } = await ask("/health", { headers: { origin } });
    expect(headers.get("access-control-allow-origin")).toBe(origin);
    expect(headers.get("vary")).toContain("Origin");
    const exposed = headers.get("access-control-expose-headers")?.split(", ");
    expect(exposed).toEqual(
      expect.arrayContaining([
        "ratelimit",
        "ratelimit-policy",
        "retry-after",
        "x-request-id",
        "idempotency-replayed",
        "x-document-version",
      ]),
    );
  });

  it.each([
    "https://evil.example",
    "null",
    "*",
    `${LISTED}.evil.example`,
    "https://docs.example.org:8443",
    "http://docs.example.org",
    "https://almanac.test.evil.example",
  ])("are neither let in nor told anything otherwise: %s", async (origin) => {
    expect(await problem(preflight(origin))).toMatchObject({ code: "origin_not_allowed" });
    const { headers } = await ask("/health", { headers: { origin } });
    for (const name of headers.keys()) expect(name).not.toContain("access-control");
    expect(headers.get("vary")).toContain("Origin");
    const write = await ask("/api/v1/auth/sign-out", { method: "POST", headers: { origin } });
    expect(write.status).toBe(403);
    const socket = await ask("/health", { headers: { origin, upgrade: "websocket" } });
    expect(socket.status).toBe(403);
  });
});

describe("a write with nothing but a cookie", () => {
  const routes = new Hono<AppEnv>();
  routes.onError((error, c) => replyWithProblem(error, c));
  routes.all("/", (c) => {
    assertSameSite(c);
    return c.text("done");
  });
  const status = async (method: string, headers: Record<string, string>) =>
    (await routes.request("/", { method, headers })).status;

  it.each(["POST", "PUT", "PATCH", "DELETE"])(
    "is refused unless a page of ours sent it: %s",
    async (method) => {
      expect(await status(method, {})).toBe(403);
      expect(await status(method, { "sec-fetch-site": "cross-site" })).toBe(403);
      expect(await status(method, { "sec-fetch-site": "same-site" })).toBe(403);
      expect(await status(method, { "sec-fetch-site": "none" })).toBe(403);
      expect(await status(method, { "sec-fetch-site": "same-origin" })).toBe(200);
      expect(await status(method, { origin: "https://almanac.test" })).toBe(200);
    },
  );

  it("is no matter for reads", async () => {
    expect(await status("GET", {})).toBe(200);
  });
});

describe("a local service", () => {
  const answers = async (address: string, headers: Record<string, string> = {}, hosts = "") =>
    elsewhere({ ENVIRONMENT: "development", ALLOWED_HOSTS: hosts }, `${address}/health`, { headers });

  it.each(["http://localhost:8787", "http://127.0.0.1:8787", "http://[::1]:8787", "http://LOCALHOST"])(
    "answers under local names: %s",
    async (address) => {
      expect((await answers(address)).status).toBe(200);
    },
  );

  it.each(["http://evil.example:8787", "http://localhost.evil.example", "http://127.0.0.1.nip.io"])(
    "does not answer under a name that was pointed at it: %s",
    async (address) => {
      expect(await problem(answers(address))).toMatchObject({
        status: 421,
        code: "host_not_allowed",
      });
    },
  );

  it("looks at the Host header too, which a local proxy does not let a page replace", async () => {
    expect((await answers("http://localhost:8787", { host: "evil.example:8787" })).status).toBe(421);
    expect((await answers("http://localhost:8787", { host: "[::1]:8787" })).status).toBe(200);
  });

  it("answers under the names that the settings list", async () => {
    expect((await answers("http://dev-box:8787", {}, "other, dev-box")).status).toBe(200);
  });

  it("is not concerned once it is deployed", async () => {
    const reply = await elsewhere({ ENVIRONMENT: "production" }, "https://docs.example.net/health");
    expect(reply.status).toBe(200);
  });
});
