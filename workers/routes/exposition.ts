import { createRoute, z } from "@hono/zod-openapi";
import { CONTENT_TYPES, negotiateExposition } from "../monitoring/exposition/negotiate.ts";
import { writeExposition } from "../monitoring/exposition/write.ts";
import { ownFamilies } from "../monitoring/own-metrics/families.ts";
import { newRouter, problems } from "./app-route.ts";

export const expositionRoutes = newRouter();

expositionRoutes.openapi(
  createRoute({
    method: "get",
    path: "/metrics",
    tags: ["Metrics"],
    summary: "Show what the service measures of itself, for Prometheus",
    description:
      'Prometheus\' text format, or OpenMetrics for those who accept it. The same series can be queried here, with `job="almanac"`.',
    responses: {
      200: {
        description: "All metrics, added up over all isolates",
        content: Object.fromEntries(
          Object.values(CONTENT_TYPES).map((type) => [type.split(";")[0] ?? type, { schema: z.string() }]),
        ),
      },
      ...problems(401, 403, 503),
    },
  }),
  async (c) => {
    const format = negotiateExposition(c.req.header("accept") ?? null);
    const families = ownFamilies(await c.get("services").telemetry.totals());
    return c.body(writeExposition(families, format), 200, {
      "content-type": CONTENT_TYPES[format],
      vary: "Accept",
    });
  },
);
