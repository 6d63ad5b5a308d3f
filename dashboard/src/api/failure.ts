import { Problem } from "./contract.ts";

interface FailureFacts {
  /** HTTP status, or 0 when no response came. */
  readonly status: number;
  readonly requestId: string | null;
  /** Seconds to wait before trying again, if the server named them. */
  readonly retryAfter: number | null;
}

/** Why a request gave no usable answer: a stable code, and a sentence for people. */
export class Failure extends Error implements FailureFacts {
  override readonly name = "Failure";
  readonly code: string;
  readonly status: number;
  readonly requestId: string | null;
  readonly retryAfter: number | null;

  constructor(code: string, detail: string, facts: Partial<FailureFacts> = {}) {
    super(detail);
    this.code = code;
    this.status = facts.status ?? 0;
    this.requestId = facts.requestId ?? null;
    this.retryAfter = facts.retryAfter ?? null;
  }
}

/** Reads a problem document; `headers` supplies what the body lacks. */
export function failureFromBody(body: unknown, status: number, headers: Headers): Failure {
  const requestId = headers.get("x-request-id");
  const seconds = Number.parseInt(headers.get("retry-after") ?? "", 10);
  const retryAfter = Number.isNaN(seconds) ? null : seconds;
  const problem = Problem.safeParse(body);
  if (!problem.success) {
    return new Failure("unexpected_response", `The server answered ${status} without saying why.`, {
      status,
      requestId,
      retryAfter,
    });
  }
  const { code, detail, errors = [], request_id } = problem.data;
  const fields = errors.map(({ path, message }) => `${path}: ${message}`);
  return new Failure(code, [detail, ...fields].join("\n"), {
    status: problem.data.status,
    requestId: request_id,
    retryAfter,
  });
}

/** The failure that was thrown. Anything else, an abort or a mistake of ours, is thrown on. */
export function failureFrom(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}

/** Whether the error only says that the caller lost interest. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
