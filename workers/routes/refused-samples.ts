import { AppError } from "../errors.ts";
import { MalformedBodyError } from "../monitoring/ingest/malformed-body.ts";
import type { Refusal } from "../monitoring/ingest/refusal.ts";

/** So many refusals are told one by one. */
const TOLD = 5;

/** What a body that cannot be read is answered with; other errors as they are. */
export function unreadable(error: unknown): unknown {
  if (!(error instanceof MalformedBodyError)) return error;
  return new AppError(error.fault === "too_large" ? "body_too_large" : "malformed_samples", {
    detail: error.message,
  });
}

/** Only a full shard may have room later. */
export function refusedError(refused: readonly Refusal[]): AppError {
  const isFull = refused.some(({ reason }) => reason === "series_limit");
  const told = refused.slice(0, TOLD).map(({ detail }) => detail);
  const more = refused.length > TOLD ? ` … and ${refused.length - TOLD} more` : "";
  return new AppError(isFull ? "series_limit_reached" : "samples_refused", {
    detail: `${refused.length} samples were refused: ${told.join("; ")}${more}.`,
    extensions: { refused: refused.slice(0, TOLD).map(({ reason, detail }) => ({ code: reason, detail })) },
  });
}
