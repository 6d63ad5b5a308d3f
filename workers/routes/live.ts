import { z } from "@hono/zod-openapi";
import type { LiveTopic } from "../contract/live.ts";
import { AppError } from "../errors.ts";
import { accessExpiryOf } from "../identity/access-tokens.ts";
import { hasRole, type Principal } from "../identity/principal.ts";
import { authenticateAgain } from "../middleware/authenticate.ts";
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
  // What a socket tells goes on for long: recent knowledge of rights is not enough to open one.
  await authenticateAgain(c);
  const principal = c.get("principal");
  const { role, sessionId, keyId } = principal;
  const id = keyId ?? sessionId;
  if (id === null || role === null)
    throw new AppError("credential_missing", { detail: "A socket takes somebody who is signed in." });
  return c.get("services").liveFeed.open({
    heldBy: { kind: keyId === null ? "session" : "key", id },
    role,
    topics: topicsOf(principal),
    expiresAt: accessExpiryOf(Date.now()),
  });
});

/** What concerns documents and questions is for those who see all of them. */
function topicsOf({ role, scopes, viewer }: Principal): LiveTopic[] {
  const seesAll = hasRole(role, "admin") && viewer.within === null && scopes?.has("system:read") !== false;
  return seesAll ? ["metrics", "alerts", "ingestion", "queries"] : ["metrics", "alerts"];
}
