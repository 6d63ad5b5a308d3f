import { requestId } from "hono/request-id";
import { AppError } from "./errors.ts";
import { audit } from "./middleware/audit.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { authorize } from "./middleware/authorize.ts";
import { crossOrigin } from "./middleware/cross-origin.ts";
import { freshRights } from "./middleware/fresh-rights.ts";
import { knownHost } from "./middleware/known-host.ts";
import { networks } from "./middleware/networks.ts";
import { replyWithProblem } from "./middleware/problems.ts";
import { rateLimit } from "./middleware/rate-limit.ts";
import { refusals } from "./middleware/refusals.ts";
import { requestLog } from "./middleware/request-log.ts";
import { routePolicy } from "./middleware/route-policy.ts";
import { sameOrigin } from "./middleware/same-origin.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { telemetry } from "./middleware/telemetry.ts";
import { timeLimit } from "./middleware/time-limit.ts";
import { accountRoutes } from "./routes/account.ts";
import { mountApiDescription } from "./routes/api-description.ts";
import { newRouter } from "./routes/app-route.ts";
import { auditRoutes } from "./routes/audit.ts";
import { bulkRoutes } from "./routes/bulk.ts";
import { collectionRoutes } from "./routes/collections.ts";
import { documentContentRoutes } from "./routes/document-content.ts";
import { documentRoutes } from "./routes/documents.ts";
import { expositionRoutes } from "./routes/exposition.ts";
import { grantRoutes } from "./routes/grants.ts";
import { groupRoutes } from "./routes/groups.ts";
import { healthRoutes } from "./routes/health.ts";
import { historyRoutes } from "./routes/history.ts";
import { ingestionRoutes } from "./routes/ingestion.ts";
import { jwksRoutes } from "./routes/jwks.ts";
import { keyRoutes } from "./routes/keys.ts";
import { liveRoutes } from "./routes/live.ts";
import { metricIngestRoutes } from "./routes/metrics/ingest.ts";
import { metricNameRoutes } from "./routes/metrics/names.ts";
import { metricPromqlRoutes } from "./routes/metrics/promql.ts";
import { metricQueryRoutes } from "./routes/metrics/query.ts";
import { metricStatisticsRoutes } from "./routes/metrics/statistics.ts";
import { passkeyRoutes } from "./routes/passkeys.ts";
import { prometheusFormatRoutes } from "./routes/prometheus/format.ts";
import { prometheusLabelRoutes } from "./routes/prometheus/labels.ts";
import { prometheusMetadataRoutes } from "./routes/prometheus/metadata.ts";
import { otlpRoutes } from "./routes/prometheus/otlp.ts";
import { prometheusQueryRoutes } from "./routes/prometheus/queries.ts";
import { prometheusStatusRoutes } from "./routes/prometheus/status.ts";
import { remoteWriteRoutes } from "./routes/prometheus/write.ts";
import { questionRoutes } from "./routes/questions.ts";
import { settingsRoutes } from "./routes/settings.ts";
import { setupRoutes } from "./routes/setup.ts";
import { signInRoutes } from "./routes/sign-in.ts";
import { signingKeyRoutes } from "./routes/signing-keys.ts";
import { uploadRoutes } from "./routes/uploads.ts";
import { userRoutes } from "./routes/users.ts";
import { createServices } from "./services.ts";
import { isolate } from "./telemetry/isolate.ts";
import { createLog } from "./telemetry/log.ts";

/** The HTTP side: middleware in order, routes, one error mapper. */
export const app = newRouter();

app.onError(replyWithProblem);

app.use(requestId({ limitLength: 128 }));
app.use(securityHeaders);
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
app.use(telemetry);
app.use(audit);
app.use(refusals);
app.use(knownHost);
app.use(crossOrigin);
app.use(sameOrigin);
app.use(networks);
app.use(routePolicy);
app.use(authenticate);
app.use(rateLimit);
app.use(freshRights);
app.use(authorize);
app.use(timeLimit);

const routers = [
  healthRoutes,
  setupRoutes,
  jwksRoutes,
  signInRoutes,
  accountRoutes,
  passkeyRoutes,
  userRoutes,
  groupRoutes,
  keyRoutes,
  settingsRoutes,
  signingKeyRoutes,
  auditRoutes,
  grantRoutes,
  collectionRoutes,
  bulkRoutes,
  uploadRoutes,
  documentRoutes,
  documentContentRoutes,
  ingestionRoutes,
  questionRoutes,
  historyRoutes,
  remoteWriteRoutes,
  otlpRoutes,
  prometheusQueryRoutes,
  prometheusLabelRoutes,
  prometheusMetadataRoutes,
  prometheusFormatRoutes,
  prometheusStatusRoutes,
  liveRoutes,
  expositionRoutes,
  metricIngestRoutes,
  metricNameRoutes,
  metricQueryRoutes,
  metricPromqlRoutes,
  metricStatisticsRoutes,
];
for (const router of routers) app.route("/", router);
mountApiDescription(app);

app.notFound((c) => {
  const others = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter(
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
