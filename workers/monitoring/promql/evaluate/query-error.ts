/** Why a query has no answer: it asks nothing, cannot be evaluated, took too long, or nobody waits for it any more. */
type QueryFailure = "bad_data" | "execution" | "timeout" | "canceled";

/** A query that failed while it was evaluated, with Prometheus' words. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  readonly failure: QueryFailure;

  constructor(failure: QueryFailure, message: string) {
    super(message);
    this.failure = failure;
  }

  static repeatedLabels(): QueryError {
    return new QueryError("execution", "vector cannot contain metrics with the same labelset");
  }
}
