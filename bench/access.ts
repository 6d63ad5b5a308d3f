import type { LocalWorker } from "../scripts/local-worker.ts";
import { NewUser, SignedIn, type SignInLink } from "../workers/contract/identity.ts";
import { measureRateLimiter } from "./rate-limiter.ts";
import { type Spread, spreadOf } from "./requests.ts";

const WARM_UP = 50;
const ACCOUNTS = 10;
/** Fewer than one account may try within a quarter of an hour, the one that set the password counted. */
const SIGN_INS_AN_ACCOUNT = 8;
const PASSWORD = "a heron stands in the reeds at dusk";

/** What it costs to know who asks. Milliseconds over HTTP. */
export interface AccessCost {
  /** A route that looks at no credential. */
  noop: Spread;
  /** A request that is let in and counted, and then refused before any store is asked: by API key, by access token. */
  byKey: Spread;
  byToken: Spread;
  /** What the rate limiter adds, at the median. */
  limiterP50: number;
  /** By password, one after the other. */
  signIn: Spread;
}

/** All kinds of request take turns, so that whatever else the machine does falls on all alike. */
export async function measureAccess(worker: LocalWorker, requests: number): Promise<AccessCost> {
  const accounts: SignedIn[] = [];
  for (let number = 0; number < ACCOUNTS; number += 1) accounts.push(await addAccount(worker, number));
  const token = accounts[0]?.access_token ?? "";
  const times = { noop: [] as number[], byKey: [] as number[], byToken: [] as number[] };
  for (let asked = 0; asked < WARM_UP + requests; asked += 1) {
    const noop = await timed(worker, "/health/live", 200);
    const byKey = await timed(worker, EMPTY_WORK, 400, worker.access.key);
    const byToken = await timed(worker, EMPTY_WORK, 400, token);
    if (asked < WARM_UP) continue;
    times.noop.push(noop);
    times.byKey.push(byKey);
    times.byToken.push(byToken);
  }
  const { addedP50 } = await measureRateLimiter(worker, requests);
  const signIns: number[] = [];
  for (const [number, { user }] of accounts.entries()) {
    for (let tried = 0; tried < SIGN_INS_AN_ACCOUNT; tried += 1) {
      const startedAt = performance.now();
      await send(worker, number, "POST", "/api/v1/auth/sign-in", { email: user.email, password: PASSWORD });
      signIns.push(performance.now() - startedAt);
    }
  }
  return {
    noop: spreadOf(times.noop),
    byKey: spreadOf(times.byKey),
    byToken: spreadOf(times.byToken),
    limiterP50: addedP50,
    signIn: spreadOf(signIns),
  };
}

const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const spread = ({ p50, p95, p99 }: Spread): string => `${ms(p50)} / ${ms(p95)} / ${ms(p99)}`;

export function formatAccess({ noop, byKey, byToken, limiterP50, signIn }: AccessCost): string {
  const line = (name: string, measured: Spread) =>
    `  ${name.padEnd(15)} ${spread(measured)}; p50 × ${(measured.p50 / noop.p50).toFixed(1)}`;
  return [
    "Knowing who asks, ms p50 / p95 / p99 over HTTP (p50 as a multiple of the no-op route's)",
    `  no-op           ${spread(noop)}`,
    line("API key", byKey),
    line("access token", byToken),
    `  of which the rate limiter: ${ms(limiterP50)} ms at p50`,
    `  sign-in by password: ${spread(signIn)}`,
  ].join("\n");
}

/** Let in, counted and validated, but with a cursor that is none of ours: nothing is read. */
const EMPTY_WORK = "/api/v1/documents?cursor=none";

async function timed(
  worker: LocalWorker,
  path: string,
  status: number,
  credential?: string,
): Promise<number> {
  const headers: Record<string, string> =
    credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  const startedAt = performance.now();
  const response = await fetch(new URL(path, worker.url), { headers });
  await response.arrayBuffer();
  const elapsed = performance.now() - startedAt;
  if (response.status !== status) throw new Error(`${path} replied with ${response.status}.`);
  return elapsed;
}

/** A user with a password, signed in. */
async function addAccount(worker: LocalWorker, number: number): Promise<SignedIn> {
  const { link } = await worker.client.send("POST", "/api/v1/users", NewUser, {
    email: `somebody-${number}@example.org`,
    tier: "premium",
  });
  const signedIn = SignedIn.parse(await send(worker, number, "POST", "/api/v1/auth/link", tokenOf(link)));
  const password = { new_password: PASSWORD };
  await send(worker, number, "PUT", "/api/v1/auth/password", password, signedIn.access_token);
  return signedIn;
}

const tokenOf = ({ token }: SignInLink) => ({ token });

/** From an address of the account's own, as the limits by address would have it. */
async function send(
  { url }: LocalWorker,
  number: number,
  method: string,
  path: string,
  body: object,
  token?: string,
): Promise<unknown> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      "content-type": "application/json",
      "cf-connecting-ip": `192.0.2.${number + 1}`,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} replied with ${response.status}: ${text}`);
  return text === "" ? null : JSON.parse(text);
}
