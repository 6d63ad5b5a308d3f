import { numberText, secondsText } from "../../monitoring/model/number-text.ts";
import { invalid } from "../../monitoring/prometheus-api/parameters.ts";
import { selectors } from "../../monitoring/promql/syntax/selectors.ts";
import type { SeriesExemplars } from "../../monitoring/query/discovery.ts";
import { prometheusRouter, success } from "./api-route.ts";
import { queryOf } from "./query-parameter.ts";
import { MAX_SELECTORS, timeSpanOf } from "./selectors.ts";

/** What is known of metrics beside their samples. */
export const prometheusMetadataRoutes = prometheusRouter([
  {
    path: "/metadata",
    methods: ["get"],
    summary: "Describe metrics",
    parameters: {
      metric: "The one metric that is meant",
      limit: "How many metrics are wanted at most",
      limit_per_metric: "How many descriptions of one metric are wanted at most",
    },
    async handler(c, given) {
      const metric = given.text("metric");
      const known = await c.get("services").metrics.metadata(metric === "" ? null : metric);
      const limit = given.limit();
      const chosen = limit === 0 ? known : known.slice(0, limit);
      const byMetric = chosen.map(({ metric: name, ...description }) => [name, [description]]);
      return success(c, JSON.stringify(Object.fromEntries(byMetric)));
    },
  },
  {
    path: "/query_exemplars",
    methods: ["get", "post"],
    summary: "List the exemplars of a query's series",
    parameters: {
      query: "PromQL",
      start: "Unix seconds or RFC 3339",
      end: "Unix seconds or RFC 3339",
    },
    required: ["query"],
    async handler(c, given) {
      const matchers = selectors(queryOf(given)).map((selector) => selector.matchers);
      if (matchers.length > MAX_SELECTORS) throw invalid("query", `more than ${MAX_SELECTORS} selectors`);
      const span = timeSpanOf(given);
      const found = matchers.length === 0 ? [] : await c.get("services").metrics.exemplars(matchers, span);
      return success(c, `[${found.map(exemplarsJson).join(",")}]`);
    },
  },
]);

const exemplarsJson = ({ labels, exemplars }: SeriesExemplars): string =>
  `{"seriesLabels":${JSON.stringify(labels.toObject())},"exemplars":[${exemplars
    .map(
      (exemplar) =>
        `{"labels":${JSON.stringify(exemplar.labels.toObject())},"value":"${numberText(exemplar.value)}","timestamp":${secondsText(exemplar.time)}}`,
    )
    .join(",")}]}`;
