import type { Parameters } from "../../monitoring/prometheus-api/parameters.ts";
import { invalid } from "../../monitoring/prometheus-api/parameters.ts";
import type { Expression } from "../../monitoring/promql/ast.ts";
import { parse } from "../../monitoring/promql/syntax/parse.ts";
import { PromqlSyntaxError } from "../../monitoring/promql/syntax/syntax-error.ts";

/** The query of a request. @throws PrometheusFailure `bad_data` */
export function queryOf(parameters: Parameters): Expression {
  try {
    return parse(parameters.text("query"));
  } catch (error) {
    if (error instanceof PromqlSyntaxError) throw invalid("query", error.message);
    throw error;
  }
}
