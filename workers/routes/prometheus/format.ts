import { prettyPrint } from "../../monitoring/promql/syntax/print.ts";
import { toJson } from "../../monitoring/promql/syntax/to-json.ts";
import { prometheusRouter, success } from "./api-route.ts";
import { queryOf } from "./query-parameter.ts";

const described = {
  methods: ["get", "post"],
  parameters: { query: "PromQL" },
  required: ["query"],
} as const;

/** What editors of queries ask for. */
export const prometheusFormatRoutes = prometheusRouter([
  {
    ...described,
    path: "/format_query",
    summary: "Write a query in its usual form",
    handler: (c, given) => success(c, JSON.stringify(prettyPrint(queryOf(given)))),
  },
  {
    ...described,
    path: "/parse_query",
    summary: "Show the syntax tree of a query",
    handler: (c, given) => success(c, JSON.stringify(toJson(queryOf(given)))),
  },
]);
