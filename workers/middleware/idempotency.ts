import { createHash } from "node:crypto";
import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./context.ts";

const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * A POST repeated with the same `Idempotency-Key` within a day gets the first one's reply and does nothing.
 * A JSON body must be the same; uploads are told apart by their address and query alone, as their multipart
 * boundary changes from try to try.
 *
 * @throws AppError `idempotency_key_invalid`, `idempotency_key_in_use`, `idempotency_key_reused`
 */
export const idempotent = createMiddleware<AppEnv>(async (c, next) => {
  const given = c.req.header("idempotency-key");
  if (given === undefined) return next();
  if (!KEY.test(given)) {
    throw new AppError("idempotency_key_invalid", {
      detail: "`Idempotency-Key` takes 1 to 255 printable ASCII characters without spaces.",
    });
  }
  const { idempotency } = c.get("services");
  const { keyId, userId } = c.get("principal");
  // Somebody else's key of the same name is another one: no reply passes from one to the other.
  const key = `${keyId ?? userId ?? "anonymous"} ${c.req.method} ${c.req.path} ${given}`;
  const begun = await idempotency.begin(key, await fingerprintOf(c.req.url, c.req.bodyCache.text));
  if (begun === "under_way") {
    throw new AppError("idempotency_key_in_use", {
      detail: "The first request with this key has not ended yet. Try again in a moment.",
    });
  }
  if (begun === "reused") {
    throw new AppError("idempotency_key_reused", {
      detail: "This key was used with another body. Use a new key for a new request.",
    });
  }
  if (begun !== "begun") {
    return new Response(begun.body, {
      status: begun.status,
      headers: { "content-type": "application/json", "idempotency-replayed": "true" },
    });
  }
  try {
    await next();
  } finally {
    const isJson = c.res.headers.get("content-type")?.startsWith("application/json") === true;
    if (c.error === undefined && c.res.ok && isJson) {
      await idempotency.keep(key, { status: c.res.status, body: await c.res.clone().text() });
    } else await idempotency.release(key);
  }
});

async function fingerprintOf(address: string, body: string | Promise<string> | undefined): Promise<string> {
  const { pathname, search } = new URL(address);
  return createHash("sha256")
    .update(pathname + search)
    .update((await body) ?? "")
    .digest("hex");
}
