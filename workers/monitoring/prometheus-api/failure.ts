/** The kinds of failure that Prometheus' HTTP API knows (web/api/v1/api.go), and the status of each. */
const STATUS = {
  bad_data: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  too_many_requests: 429,
  execution: 422,
  canceled: 499,
  internal: 500,
  unavailable: 503,
  timeout: 503,
} as const;

type FailureType = keyof typeof STATUS;

/** A failure as callers of Prometheus' HTTP API expect it. */
export class PrometheusFailure extends Error {
  override readonly name = "PrometheusFailure";
  readonly type: FailureType;
  readonly status: number;

  constructor(type: FailureType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
    this.status = STATUS[type];
  }
}

/** @param code of the service's own, where it has one for this */
export const failureBody = (type: FailureType, message: string, code?: string): string =>
  JSON.stringify({ status: "error", errorType: type, error: message, code });

/** What kind of failure an HTTP status stands for, where the failure is not one of the API's own. */
export function failureTypeOf(status: number): FailureType {
  const [type] = Object.entries(STATUS).find(([, candidate]) => candidate === status) ?? [];
  return (type as FailureType | undefined) ?? (status >= 500 ? "internal" : "bad_data");
}
