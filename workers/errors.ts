/**
 * Every error that a caller can meet: its stable code, its HTTP status and whether trying again may help.
 * Codes are never reused for another meaning.
 */
const ERRORS = {
  bad_request: { status: 400, title: "The request is not valid" },
  validation_failed: { status: 422, title: "The request does not fit the schema" },
  internal_error: { status: 500, title: "Something went wrong on our side", reportable: true },
} as const satisfies Record<string, ErrorKind>;

interface ErrorKind {
  status: number;
  title: string;
  retryable?: boolean;
  reportable?: boolean;
}

export type ErrorCode = keyof typeof ERRORS;

export interface AppErrorOptions {
  /** What is wrong and what to do, for the caller's eyes. */
  detail?: string;
  /** Members added to the problem document (RFC 9457 §3.2), such as `errors` or `limit`. */
  extensions?: Record<string, unknown>;
  cause?: unknown;
}

/** An error with a stable code. The one mapper in `app.ts` turns it into `application/problem+json`. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
  readonly reportable: boolean;
  readonly extensions: Record<string, unknown>;

  constructor(
    readonly code: ErrorCode,
    options: AppErrorOptions = {},
  ) {
    const kind: ErrorKind = ERRORS[code];
    super(options.detail ?? kind.title, { cause: options.cause });
    this.status = kind.status;
    this.title = kind.title;
    this.retryable = kind.retryable ?? false;
    this.reportable = kind.reportable ?? false;
    this.extensions = options.extensions ?? {};
  }
}
