import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./context.ts";

/** How long a reply may take to begin, in milliseconds. Uploads take as long as their network does. */
const LIMIT_MS = 30_000;
const UPLOADS = /^\/api\/v1\/documents(?:\/(?:text|bulk))?$/;

/** @throws AppError `request_timeout` */
export const timeLimit = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.method === "POST" && UPLOADS.test(c.req.path)) return next();
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      reject(
        new AppError("request_timeout", { detail: `The reply did not begin within ${LIMIT_MS / 1000} s.` }),
      ),
    LIMIT_MS,
  );
  try {
    await Promise.race([next(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
});
