import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Tier } from "../contract/access.ts";
import { AppError } from "../errors.ts";
import { bucketOf } from "../limits/addresses.ts";
import { limitHeaders } from "../limits/headers.ts";
import type { Ruling } from "../limits/rate-limiting.ts";
import { assertLetIn } from "../limits/refusal.ts";
import type { Subject } from "../limits/subject.ts";
import { meter } from "../monitoring/own-metrics/meter.ts";
import { clientAddress } from "./client-address.ts";
import type { AppEnv } from "./context.ts";
import { isNews } from "./refusals.ts";
import { auditedRoute } from "./route-policy.ts";

/** What balancers and programs look at all the time, and what is the same for everybody. */
const UNLIMITED = new Set([
  "/health",
  "/health/live",
  "/health/ready",
  "/openapi.json",
  "/docs",
  "/.well-known/jwks.json",
]);

/**
 * Counts a request against the limit of whoever sends it, and says on each reply what is left. Comes after the
 * credential was looked at, and before its rights are: those who are refused are counted, too.
 *
 * @throws AppError `rate_limit_exceeded`, `dependency_unavailable`
 */
export const rateLimit = createMiddleware<AppEnv>(async (c, next) => {
  if (UNLIMITED.has(c.req.path)) return next();
  const { limits, runtimeSettings } = c.get("services");
  const { failClosed = false, limit } = c.get("policy");
  const { tier, rateLimit: own } = c.get("principal");
  const subject = subjectOf(c);
  const allowance = own ?? (await runtimeSettings()).rate_limits[tier];
  const rulings = [counted(tier, await limits.count(subject, allowance, { failClosed }))];
  enforce(c, subject, rulings);
  if (limit === "sign_in") {
    rulings.push(await limits.countSignIn(bucketOf(clientAddress(c))));
    enforce(c, { kind: "sign_in_address" }, rulings);
  }
  await next();
  announce(c, rulings);
  if (c.error instanceof AppError && c.error.code === "rate_limit_exceeded") {
    c.header("retry-after", String(c.error.extensions.retry_after));
    if (limit === "sign_in" && isNews(c, c.error.code)) {
      c.get("audit").recordLater({
        action: "rate_limit.exceeded",
        result: "refused",
        ...auditedRoute(c),
        detail: { counted: "sign_in_account" },
      });
    }
  }
});

/**
 * Counts a request whose credential does not hold against the address that it comes from.
 *
 * @throws AppError `rate_limit_exceeded`
 */
export async function limitAddress(c: Context<AppEnv>): Promise<void> {
  const { limits, runtimeSettings } = c.get("services");
  const { anonymous } = (await runtimeSettings()).rate_limits;
  const ruling = await limits.count(addressOf(c), anonymous, { failClosed: false });
  enforce(c, { kind: "address" }, [ruling]);
  announce(c, [ruling]);
}

/**
 * Keys that admins gave a limit of their own are counted by themselves. Other keys share what their owner may send:
 * more keys are not more requests.
 */
function subjectOf(c: Context<AppEnv>): Subject {
  const { keyId, userId, rateLimit: own } = c.get("principal");
  if (keyId !== null && own !== null) return { kind: "key", value: keyId };
  if (userId !== null) return { kind: "user", value: userId };
  return addressOf(c);
}

const addressOf = (c: Context<AppEnv>): Subject => ({ kind: "address", value: bucketOf(clientAddress(c)) });

function counted(tier: Tier, ruling: Ruling): Ruling {
  meter.count("rate_limit_decisions_total", { tier, outcome: ruling.allowed ? "allowed" : "denied" });
  return ruling;
}

/** Refuses when the last of the rulings does. */
function enforce(c: Context<AppEnv>, { kind }: Pick<Subject, "kind">, rulings: readonly Ruling[]): void {
  const last = rulings.at(-1);
  if (last === undefined || last.allowed) return;
  announce(c, rulings);
  if (last.isNews) tell(c, kind, last);
  assertLetIn(last);
}

/** Once in a while is enough, and the refusal does not wait for it. */
function tell(c: Context<AppEnv>, kind: Subject["kind"], { windows }: Ruling): void {
  const exceeded = windows.filter(({ remaining }) => remaining === 0);
  c.get("audit").recordLater({
    action: "rate_limit.exceeded",
    result: "refused",
    ...auditedRoute(c),
    detail: { counted: kind, limits: Object.fromEntries(exceeded.map(({ name, limit }) => [name, limit])) },
  });
}

function announce(c: Context<AppEnv>, rulings: readonly Ruling[]): void {
  for (const [name, value] of Object.entries(limitHeaders(rulings))) c.header(name, value);
}
