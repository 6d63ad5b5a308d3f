import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import { bucketOf } from "../limits/addresses.ts";
import { BoundedMap } from "../limits/bounded-map.ts";
import { clientAddress } from "./client-address.ts";
import type { AppEnv } from "./context.ts";
import { auditedRoute } from "./route-policy.ts";

/** Credentials that do not hold; none at all is no try to get in. */
const FALSE_CREDENTIALS = new Set<AppError["code"]>(["credential_invalid", "session_ended"]);
/** How often the same refusal of somebody whom we do not know is told again, in milliseconds. */
const TOLD_EVERY_MS = 60_000;

const told = new BoundedMap<number>(10_000);

/** Tells the audit log who was not let in, wherever that was decided, without letting them wait for it. */
export const refusals = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (!(c.error instanceof AppError) || !isRefusal(c, c.error)) return;
  if (c.get("principal").kind === "anonymous" && !isNews(c, c.error.code)) return;
  c.get("audit").recordLater({
    action: "access.refused",
    result: "refused",
    ...auditedRoute(c),
    detail: { code: c.error.code },
  });
});

/** Routes of sign-in look at what they are shown by themselves, and tell of it. */
const isRefusal = (c: Context<AppEnv>, { status, code }: AppError): boolean =>
  status === 403 || (FALSE_CREDENTIALS.has(code) && c.get("policy").role !== "public");

/** What anybody can bring about as often as he likes is told once a minute for each network. */
export function isNews(c: Context<AppEnv>, code: AppError["code"]): boolean {
  const key = `${bucketOf(clientAddress(c))} ${code}`;
  const now = Date.now();
  if ((told.get(key) ?? 0) > now - TOLD_EVERY_MS) return false;
  told.set(key, now);
  return true;
}

/** What was told is told again: the stores were exchanged. */
export const forgetRefusals = (): void => told.clear();
