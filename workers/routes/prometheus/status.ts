import { version } from "../../../package.json";
import { isolate } from "../../telemetry/isolate.ts";
import { prometheusRouter, success } from "./api-route.ts";

/** The release of Prometheus whose HTTP API and PromQL this is: clients decide by it what they may use. */
const SPOKEN_VERSION = "3.7.0";

const none = { methods: ["get"], parameters: {} } as const;

/** How the server is. Samples are sent here and not scraped: there are no targets. */
export const prometheusStatusRoutes = prometheusRouter([
  {
    ...none,
    path: "/status/buildinfo",
    summary: "Tell the version",
    handler: (c) =>
      success(
        c,
        JSON.stringify({
          version: SPOKEN_VERSION,
          revision: version,
          branch: "almanac",
          buildUser: "",
          buildDate: "",
          goVersion: "",
          features: {},
        }),
      ),
  },
  {
    ...none,
    path: "/status/runtimeinfo",
    summary: "Tell how the server runs",
    async handler(c) {
      const { metrics } = c.get("services");
      const { retentionDays, series } = await metrics.state();
      return success(
        c,
        JSON.stringify({
          startTime: isolate.describe().started_at,
          CWD: "/",
          hostname: new URL(c.req.url).hostname,
          serverTime: new Date().toISOString(),
          reloadConfigSuccess: true,
          lastConfigTime: isolate.describe().started_at,
          corruptionCount: 0,
          timeSeriesCount: series,
          goroutineCount: 0,
          GOMAXPROCS: 1,
          GOMEMLIMIT: 0,
          GOGC: "",
          GODEBUG: "",
          storageRetention: `${retentionDays}d`,
        }),
      );
    },
  },
  {
    ...none,
    path: "/targets",
    summary: "List scrape targets: there are none",
    parameters: { state: "active, dropped or any", scrapePool: "One pool's targets" },
    handler: (c) =>
      success(c, JSON.stringify({ activeTargets: [], droppedTargets: [], droppedTargetCounts: {} })),
  },
  {
    ...none,
    path: "/rules",
    summary: "List recording and alerting rules: there are none yet",
    handler: (c) => success(c, JSON.stringify({ groups: [] })),
  },
  {
    ...none,
    path: "/alerts",
    summary: "List active alerts: without rules there are none",
    handler: (c) => success(c, JSON.stringify({ alerts: [] })),
  },
]);
