import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EventDraft } from "../../../workers/audit/event.ts";
import type { RateLimit } from "../../../workers/contract/identity.ts";
import { DEFAULT_SETTINGS, type RuntimeSettings } from "../../../workers/contract/settings.ts";
import { AppError } from "../../../workers/errors.ts";
import { ANONYMOUS, type Principal } from "../../../workers/identity/principal.ts";
import type { RoutePolicy } from "../../../workers/identity/route-policy.ts";
import { LimitMemory } from "../../../workers/limits/limit-memory.ts";
import { rateLimiting } from "../../../workers/limits/rate-limiting.ts";
import type { Limiter } from "../../../workers/limits/verdict.ts";
import type { AppEnv } from "../../../workers/middleware/context.ts";
import { networks } from "../../../workers/middleware/networks.ts";
import { replyWithProblem } from "../../../workers/middleware/problems.ts";
import { limitAddress, rateLimit } from "../../../workers/middleware/rate-limit.ts";
import { forgetRefusals } from "../../../workers/middleware/refusals.ts";
import { createLog } from "../../../workers/telemetry/log.ts";

const ROOMY: RateLimit = { per_minute: 1_000, burst: 1_000 };
const SMALL: RateLimit = { per_minute: 3, burst: 1_000 };

let principal: Principal;
let policy: RoutePolicy;
let settings: RuntimeSettings;
let events: EventDraft[];
let asked: number;
/** Makes every limiter fail. */
let isDown: boolean;
let app: Hono<AppEnv>;

const realLimiter = (name: string): Limiter => env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(name));
const brokenLimiter: Limiter = { take: () => Promise.reject(new Error("The object is gone.")) };
let deployments = 0;

afterEach(() => {
  vi.useRealTimers();
});

beforeEach(() => {
  // However busy the machine is, no limiter counts as too slow.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  principal = ANONYMOUS;
  policy = { role: "open" };
  settings = { ...DEFAULT_SETTINGS, rate_limits: { anonymous: SMALL, authenticated: ROOMY, premium: ROOMY } };
  events = [];
  asked = 0;
  isDown = false;
  forgetRefusals();
  const { throttle, ...limits } = rateLimiting(
    {
      limiter(name) {
        asked += 1;
        return isDown ? brokenLimiter : realLimiter(name);
      },
      // Another secret makes other names: each test has limiters of its own.
      secret: `the secret of deployment ${deployments++}, long enough`,
      limiterFailed: () => {},
      now: Date.now,
    },
    new LimitMemory(),
  );
  const services = {
    limits,
    throttle,
    runtimeSettings: async () => settings,
    inBackground: (_work: Promise<unknown>) => {},
  };
  const recordLater = (event: EventDraft) => void events.push(event);
  const nothing = () => Promise.reject(new Error("Nothing is prepared here."));
  app = new Hono<AppEnv>();
  app.onError(replyWithProblem);
  app.use(async (c, next) => {
    c.set("log", createLog("silent"));
    c.set("services", services as unknown as AppEnv["Variables"]["services"]);
    c.set("policy", policy);
    c.set("principal", principal);
    c.set("audit", { recordLater, record: nothing, prepare: nothing });
    await next();
  });
  app.use(networks);
  app.use("/forged", async (c) => {
    await limitAddress(c);
    throw new AppError("credential_invalid");
  });
  app.use(rateLimit);
  app.post("/sign-in", async () => {
    await throttle.signIn("an account", "192.0.2.7");
    return new Response("Come in.");
  });
  app.all("*", () => new Response("Hello."));
});

const ask = (path = "/", headers: Record<string, string> = {}, method = "GET") =>
  app.request(path, { method, headers: { "cf-connecting-ip": "192.0.2.7", ...headers } });
const from = (address: string) => ask("/", { "cf-connecting-ip": address });

async function statuses(times: number, one: () => Response | Promise<Response>): Promise<number[]> {
  const seen: number[] = [];
  for (let sent = 0; sent < times; sent += 1) seen.push((await one()).status);
  return seen;
}

describe("the rate limit", () => {
  it("says on each reply what is left, and when to come back on a refusal", async () => {
    const reply = await ask();
    expect(reply.headers.get("ratelimit-policy")).toBe('"minute";q=3;w=60, "burst";q=1000;w=1');
    expect(reply.headers.get("ratelimit")).toMatch(/^"minute";r=2;t=\d+, "burst";r=999;t=1$/);
    expect(reply.headers.has("retry-after")).toBe(false);
    await statuses(2, () => ask());
    const refused = await ask();
    expect(refused.status).toBe(429);
    const problem = (await refused.json()) as { code: string; retry_after: number };
    expect(problem.code).toBe("rate_limit_exceeded");
    expect(problem.retry_after).toBeGreaterThan(0);
    expect(refused.headers.get("retry-after")).toBe(String(problem.retry_after));
    expect(refused.headers.get("ratelimit")).toContain(`"minute";r=0;t=${problem.retry_after}`);
  });

  it("does not count what balancers and programs look at", async () => {
    const paths = [
      "/health",
      "/health/live",
      "/health/ready",
      "/openapi.json",
      "/docs",
      "/.well-known/jwks.json",
    ];
    for (const path of paths) expect(await statuses(5, () => ask(path))).toEqual(Array(5).fill(200));
    expect(asked).toBe(0);
  });

  it("is not evaded by forwarding headers, nor by another address of the same /64", async () => {
    let spoof = 0;
    const spoofed = () => {
      spoof += 1;
      return ask("/", {
        "x-forwarded-for": `203.0.113.${spoof}`,
        "x-real-ip": `203.0.113.${spoof}`,
        forwarded: `for=203.0.113.${spoof}`,
        "true-client-ip": `203.0.113.${spoof}`,
      });
    };
    expect(await statuses(5, spoofed)).toEqual([200, 200, 200, 429, 429]);
    let host = 0;
    const rotating = () => from(`2001:db8:1:2::${(host++).toString(16)}`);
    expect(await statuses(5, rotating)).toEqual([200, 200, 200, 429, 429]);
    expect((await from("2001:db8:1:3::1")).status).toBe(200);
  });

  it("counts those whose address is not known together", async () => {
    expect(await statuses(4, () => app.request("/"))).toEqual([200, 200, 200, 429]);
  });

  it("counts people by themselves, and their keys with them unless they have a limit of their own", async () => {
    settings.rate_limits.authenticated = SMALL;
    const ada: Principal = {
      ...ANONYMOUS,
      kind: "user",
      userId: "usr_ada",
      tier: "authenticated",
      role: "read",
    };
    const key: Principal = { ...ada, kind: "key", keyId: "key_1" };
    principal = ada;
    expect(await statuses(2, () => ask())).toEqual([200, 200]);
    principal = key;
    expect(await statuses(2, () => from("203.0.113.1"))).toEqual([200, 429]);
    principal = { ...key, rateLimit: { per_minute: 2, burst: 10 } };
    expect(await statuses(3, () => ask())).toEqual([200, 200, 429]);
    principal = { ...ada, userId: "usr_grace" };
    expect(await statuses(1, () => ask())).toEqual([200]);
    principal = { ...ada, userId: "usr_alan", tier: "premium" };
    expect(await statuses(4, () => ask())).toEqual([200, 200, 200, 200]);
  });

  it("counts a forged credential against its address", async () => {
    settings.rate_limits.anonymous = { per_minute: 6, burst: 10 };
    const forged = await ask("/forged");
    expect(forged.status).toBe(401);
    expect(forged.headers.get("ratelimit-policy")).toContain('"minute";q=6;w=60');
    expect(await statuses(5, () => ask("/forged"))).toEqual(Array(5).fill(401));
    expect((await ask("/forged")).status).toBe(429);
    expect((await ask()).status).toBe(429);
  });

  it("stops asking the limiter once somebody is denied, and tells the audit trail once", async () => {
    await statuses(10, () => ask());
    expect(asked).toBe(4);
    expect(events).toEqual([
      {
        action: "rate_limit.exceeded",
        result: "refused",
        target: { kind: "route", id: "GET *" },
        personal: { path: "/" },
        detail: { counted: "address", limits: { minute: 3 } },
      },
    ]);
  });

  it("goes on with a quarter while the limiter is away, and refuses where it must count", async () => {
    settings.rate_limits.anonymous = { per_minute: 8, burst: 100 };
    isDown = true;
    expect(await statuses(3, () => ask())).toEqual([200, 200, 429]);
    policy = { role: "open", failClosed: true };
    expect((await ask()).status).toBe(503);
    policy = { role: "public", limit: "sign_in" };
    expect((await from("203.0.113.1")).status).toBe(503);
  });
});

describe("sign-in", () => {
  beforeEach(() => {
    policy = { role: "public", limit: "sign_in", failClosed: true };
    settings.rate_limits.anonymous = ROOMY;
  });
  const signIn = (address = "192.0.2.7") => ask("/sign-in", { "cf-connecting-ip": address }, "POST");

  it("is limited by account, from wherever the tries come", async () => {
    let host = 0;
    expect(await statuses(10, () => signIn(`192.0.2.${host++}`))).toEqual(Array(10).fill(200));
    const refused = await signIn("203.0.113.1");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(800);
    await signIn("203.0.113.1");
    expect(events).toMatchObject([
      { action: "rate_limit.exceeded", result: "refused", detail: { counted: "sign_in_account" } },
    ]);
  });

  it("is limited by address, whatever the tries are for", async () => {
    const other = () => ask("/", {}, "POST");
    expect(await statuses(30, other)).toEqual(Array(30).fill(200));
    const refused = await other();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("ratelimit-policy")).toContain('"sign_in";q=30;w=900');
    expect(refused.headers.get("ratelimit")).toMatch(/"minute";r=9\d\d;.*"sign_in";r=0;t=\d+$/);
  });
});

describe("networks", () => {
  it("keep out whom the settings keep out", async () => {
    settings = { ...settings, networks: { allow: [], deny: ["192.0.2.0/24"] } };
    const refused = await ask("/", { "x-forwarded-for": "203.0.113.1" });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: "address_not_allowed" });
    expect((await from("203.0.113.1")).status).toBe(200);
  });
});
