import { cors } from "hono/cors";
import { requestId } from "hono/request-id";
import { AppError } from "./errors.ts";
import { replyWithProblem } from "./middleware/problems.ts";
import { requestLog } from "./middleware/request-log.ts";
import { sameOrigin } from "./middleware/same-origin.ts";
import { timeLimit } from "./middleware/time-limit.ts";
import { mountApiDescription } from "./routes/api-description.ts";
import { newRouter } from "./routes/app-route.ts";
import { bulkRoutes } from "./routes/bulk.ts";
import { collectionRoutes } from "./routes/collections.ts";
import { documentContentRoutes } from "./routes/document-content.ts";
import { documentRoutes } from "./routes/documents.ts";
import { healthRoutes } from "./routes/health.ts";
import { historyRoutes } from "./routes/history.ts";
import { ingestionRoutes } from "./routes/ingestion.ts";
import { questionRoutes } from "./routes/questions.ts";
import { uploadRoutes } from "./routes/uploads.ts";
import { createServices } from "./services.ts";
import { isolate } from "./telemetry/isolate.ts";
import { createLog } from "./telemetry/log.ts";

/** The HTTP side: middleware in order, routes, one error mapper. */
export const app = newRouter();

app.onError(replyWithProblem);

app.use(requestId({ limitLength: 128 }));
app.use(async (c, next) => {
  isolate.countRequest();
  // Stands in until the settings are checked, so that a wrong one is logged too.
  c.set("log", createLog("info"));
  const services = createServices(c.env, (work) => c.executionCtx.waitUntil(work));
  c.set("services", services);
  c.set("log", services.log);
  await next();
});
app.use(requestLog);
app.use(async (c, next) => {
  await next();
  c.header("x-content-type-options", "nosniff");
});
app.use(
  cors({
    origin: (origin, c) => (c.get("services").settings.CORS_ORIGINS.includes(origin) ? origin : null),
    credentials: true,
    exposeHeaders: ["x-request-id", "retry-after", "idempotency-replayed", "x-document-version"],
    maxAge: 600,
  }),
);
app.use(sameOrigin);
app.use(timeLimit);

const routers = [
  healthRoutes,
  collectionRoutes,
  bulkRoutes,
  uploadRoutes,
  documentRoutes,
  documentContentRoutes,
  ingestionRoutes,
  questionRoutes,
  historyRoutes,
];
for (const router of routers) app.route("/", router);
mountApiDescription(app);

app.notFound((c) => {
  const others = ["GET", "POST", "PATCH", "DELETE"].filter(
    (method) => method !== c.req.method && isRoute(method, c.req.path),
  );
  if (others.length === 0) {
    throw new AppError("not_found", {
      detail: `There is nothing at ${c.req.path}. The API is described at /docs.`,
    });
  }
  c.header("allow", others.join(", "));
  throw new AppError("method_not_allowed", { detail: `${c.req.path} takes ${others.join(", ")}.` });
});

/** Middleware matches every path; a route of its own does not. */
const isRoute = (method: string, path: string): boolean =>
  app.router.match(method, path)[0].some(([[, route]]) => route.path !== "/*" && route.path !== "*");
