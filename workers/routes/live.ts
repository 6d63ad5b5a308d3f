import { z } from "@hono/zod-openapi";
import type { LiveTopic } from "../contract/live.ts";
import { AppError } from "../errors.ts";
import { accessExpiryOf } from "../identity/access-tokens.ts";
import { hasRole, type Principal } from "../identity/principal.ts";
import { newRouter, problems } from "./app-route.ts";

const PATH = "/ws/metrics";
const TAUGHT = "Open a WebSocket (docs/live-feed.md): the request must carry `Upgrade: websocket`.";

export const liveRoutes = newRouter();

liveRoutes.openAPIRegistry.registerPath({
  method: "get",
  path: PATH,
  tags: ["Metrics"],
  summary: "Listen to what happens (WebSocket)",
  description:
    "Frames are JSON, described as LiveClientFrame and LiveServerFrame in docs/live-feed.md. Browsers get in with a one-time ticket (`POST /api/v1/auth/tickets`), other programs with an API key.",
  request: { query: z.object({ ticket: z.string().optional() }) },
  responses: { 101: { description: "The socket is open" }, ...problems(426, 503) },
});

liveRoutes.get(PATH, async (c) => {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
    throw new AppError("upgrade_required", { detail: TAUGHT });
  }
  const principal = c.get("principal");
  const { sessionId, keyId } = principal;
  const heldBy =
    keyId === null
      ? ({ kind: "session", id: sessionId ?? "" } as const)
      : ({ kind: "key", id: keyId } as const);
  return c.get("services").liveFeed.open(c.req.raw, {
    heldBy,
    topics: topicsOf(principal),
    expiresAt: accessExpiryOf(Date.now()),
    subscriptions: [],
  });
});

/** What concerns documents and questions is for those who see all of them. */
function topicsOf({ role, scopes, viewer }: Principal): LiveTopic[] {
  const seesAll = hasRole(role, "admin") && viewer.within === null && scopes?.has("system:read") !== false;
  return seesAll ? ["metrics", "alerts", "ingestion", "queries"] : ["metrics", "alerts"];
}
