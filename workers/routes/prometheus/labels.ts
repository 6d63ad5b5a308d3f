import type { Context } from "hono";
import type { AppEnv } from "../../middleware/context.ts";
import { PrometheusFailure } from "../../monitoring/prometheus-api/failure.ts";
import { labelNameOf } from "../../monitoring/prometheus-api/label-name.ts";
import type { Parameters } from "../../monitoring/prometheus-api/parameters.ts";
import { prometheusRouter, success } from "./api-route.ts";
import { selectorsOf, timeSpanOf } from "./selectors.ts";

const parameters = {
  start: "Unix seconds or RFC 3339",
  end: "Unix seconds or RFC 3339",
  "match[]": "Selectors of the series that are meant",
  limit: "How many results are wanted at most",
};
const described = { parameters, repeated: ["match[]"] };

/** Which labels and series there are. */
export const prometheusLabelRoutes = prometheusRouter([
  {
    ...described,
    path: "/labels",
    methods: ["get", "post"],
    summary: "List the names of labels",
    async handler(c, given) {
      const names = await c.get("services").metrics.labelNames(selectorsOf(given), timeSpanOf(given));
      return limited(c, names, given);
    },
  },
  {
    ...described,
    path: "/label/{name}/values",
    methods: ["get"],
    summary: "List the values of a label",
    async handler(c, given) {
      const name = labelNameOf(c.req.param("name") ?? "");
      const { metrics } = c.get("services");
      return limited(c, await metrics.labelValues(name, selectorsOf(given), timeSpanOf(given)), given);
    },
  },
  {
    ...described,
    path: "/series",
    methods: ["get", "post"],
    summary: "List series",
    required: ["match[]"],
    async handler(c, given) {
      const selectors = selectorsOf(given);
      if (selectors.length === 0) throw new PrometheusFailure("bad_data", "no match[] parameter provided");
      const series = await c.get("services").metrics.series(selectors, timeSpanOf(given));
      return limited(
        c,
        series.map((labels) => labels.toObject()),
        given,
      );
    },
  },
]);

function limited(c: Context<AppEnv>, found: readonly unknown[], given: Parameters): Response {
  const limit = given.limit();
  if (limit === 0 || found.length <= limit) return success(c, JSON.stringify(found));
  return success(c, JSON.stringify(found.slice(0, limit)), { warnings: ["results truncated due to limit"] });
}
