import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./context.ts";

/** Replies are data. Opened as a page, they load, run and frame nothing. */
const NO_CONTENT = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What pages of ours need nothing of; passkeys are the exception. */
const PERMISSIONS = [
  ...[
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
  ].map((feature) => `${feature}=()`),
  "publickey-credentials-create=(self)",
  "publickey-credentials-get=(self)",
].join(", ");

const ALWAYS = Object.entries({
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": PERMISSIONS,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
});

/** What a route may set for itself: a page has a policy of its own, and what is public may be kept. */
const UNLESS_SET = Object.entries({
  "cache-control": "no-store",
  "content-security-policy": NO_CONTENT,
});

/** Two years, as the preload lists of browsers ask for. */
const HSTS = "max-age=63072000; includeSubDomains";

/**
 * Tells browsers on every reply, also on errors, what they may do with it. Static files get the same from
 * `dashboard/public/_headers`.
 */
export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  const { headers } = c.res;
  for (const [name, value] of ALWAYS) headers.set(name, value);
  for (const [name, value] of UNLESS_SET) if (!headers.has(name)) headers.set(name, value);
  if (c.req.url.startsWith("https:")) headers.set("strict-transport-security", HSTS);
});
