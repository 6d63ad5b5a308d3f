/**
 * Every error that a caller can meet: its stable code, its HTTP status and whether trying again may help.
 * Codes are never reused for another meaning.
 */
export const ERRORS = {
  invalid_json: { status: 400, title: "The body is not valid JSON" },
  json_too_deep: { status: 400, title: "The JSON is nested too deeply" },
  invalid_cursor: { status: 400, title: "The cursor is not one of ours" },
  invalid_multipart: { status: 400, title: "The multipart body is not valid" },
  file_missing: { status: 400, title: "The request carries no file" },
  credential_missing: { status: 401, title: "Nobody is signed in" },
  credential_invalid: { status: 401, title: "The credential is not valid" },
  credential_expired: { status: 401, title: "The credential has expired" },
  sign_in_failed: { status: 401, title: "The sign-in failed" },
  session_ended: { status: 401, title: "The session has ended" },
  link_invalid: { status: 401, title: "The link is used up, too old, or not one of ours" },
  permission_denied: { status: 403, title: "The role does not allow it" },
  scope_missing: { status: 403, title: "The key was not made for this" },
  session_required: { status: 403, title: "A key is not enough for this" },
  sign_in_again: { status: 403, title: "This takes a fresh sign-in" },
  address_not_allowed: { status: 403, title: "This network is not let in" },
  origin_not_allowed: { status: 403, title: "The page that asks is not one of ours" },
  https_required: { status: 403, title: "The service answers over HTTPS only" },
  host_not_allowed: { status: 421, title: "The service does not answer under this name" },
  not_found: { status: 404, title: "There is nothing at this address" },
  method_not_allowed: { status: 405, title: "This address does not take that method" },
  body_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The body's media type is not one that is taken here" },
  range_not_satisfiable: { status: 416, title: "The range lies outside the content" },
  upgrade_required: { status: 426, title: "This address speaks WebSocket" },
  validation_failed: { status: 422, title: "The request does not fit the schema" },
  rate_limit_exceeded: { status: 429, title: "Too many requests" },
  already_set_up: { status: 409, title: "The service is set up already" },
  user_not_found: { status: 404, title: "There is no such user" },
  user_exists: { status: 409, title: "The address belongs to another user" },
  last_super_admin: { status: 409, title: "The last super_admin stays" },
  group_not_found: { status: 404, title: "There is no such group" },
  group_exists: { status: 409, title: "The group's name is taken" },
  grant_not_found: { status: 404, title: "There is no such grant" },
  session_not_found: { status: 404, title: "There is no such session" },
  key_not_found: { status: 404, title: "There is no such key" },
  key_revoked: { status: 409, title: "The key is revoked" },
  too_many_keys: { status: 409, title: "The user has as many keys as one may have" },
  passkey_not_found: { status: 404, title: "There is no such passkey" },
  passkey_exists: { status: 409, title: "The passkey is known already" },
  passkey_refused: { status: 422, title: "The passkey could not be verified" },
  password_refused: { status: 422, title: "The password is not strong enough" },
  sign_in_busy: { status: 503, title: "Too many sign-ins at once", retryable: true },
  event_not_found: { status: 404, title: "There is no such event" },
  malware_found: { status: 410, title: "The document is quarantined" },
  not_scanned_yet: { status: 409, title: "The document has not been scanned yet", retryable: true },
  collection_not_found: { status: 404, title: "There is no such collection" },
  collection_exists: { status: 409, title: "The collection's name is taken" },
  default_collection: { status: 409, title: "The default collection stays" },
  document_not_found: { status: 404, title: "There is no such document" },
  version_not_found: { status: 404, title: "The document has no such version" },
  content_missing: { status: 410, title: "The document's bytes are gone" },
  text_not_ready: { status: 409, title: "The version has no text yet" },
  empty_document: { status: 422, title: "The document is empty" },
  job_not_found: { status: 404, title: "There is no such ingestion job" },
  job_not_failed: { status: 409, title: "The job has not failed" },
  query_not_found: { status: 404, title: "There is no such question" },
  metric_not_found: { status: 404, title: "There is no such metric" },
  malformed_samples: { status: 400, title: "The samples cannot be read" },
  samples_refused: { status: 400, title: "Not all samples were taken" },
  series_limit_reached: { status: 429, title: "There are as many series as there may be", retryable: true },
  query_invalid: { status: 400, title: "The query is not valid" },
  query_failed: { status: 422, title: "The query cannot be evaluated" },
  query_timeout: { status: 503, title: "The query took too long" },
  idempotency_key_invalid: { status: 400, title: "The idempotency key is not valid" },
  idempotency_key_in_use: {
    status: 409,
    title: "The first request with this key is still under way",
    retryable: true,
  },
  idempotency_key_reused: { status: 422, title: "The idempotency key belongs to another request" },
  internal_error: { status: 500, title: "Something went wrong on our side", reportable: true },
  misconfigured: { status: 500, title: "The service is not set up right", reportable: true },
  request_timeout: { status: 504, title: "The request took too long", retryable: true },
  dependency_unavailable: {
    status: 503,
    title: "A part that is needed does not answer",
    retryable: true,
    reportable: true,
  },
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
