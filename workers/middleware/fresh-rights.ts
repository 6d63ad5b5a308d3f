import { createMiddleware } from "hono/factory";
import { authenticateAgain, isWrite } from "./authenticate.ts";
import type { AppEnv } from "./context.ts";

/**
 * Asks the stores anew who it is before anything is changed: revocation reaches writes at once. Comes after the rate
 * limit, so that whoever is denied does not get as far as the database.
 *
 * @throws AppError `credential_invalid`, `session_ended`
 */
export const freshRights = createMiddleware<AppEnv>(async (c, next) => {
  if (isWrite(c)) await authenticateAgain(c);
  await next();
});
