import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import { isLetIn } from "../limits/networks.ts";
import { clientAddress } from "./client-address.ts";
import type { AppEnv } from "./context.ts";

/**
 * Lets in only whom the settings' lists of networks let in.
 *
 * @throws AppError `address_not_allowed`
 */
export const networks = createMiddleware<AppEnv>(async (c, next) => {
  // Whether the process is alive must be told even while the settings cannot be read.
  if (isHealthCheck(c.req.path)) return next();
  const settings = await c.get("services").runtimeSettings();
  if (!isLetIn(settings.networks, clientAddress(c))) {
    throw new AppError("address_not_allowed", {
      detail: "Requests from your network are not let in. Whoever runs this service decides which ones are.",
    });
  }
  await next();
});

const isHealthCheck = (path: string): boolean => path === "/health" || path === "/health/live";
