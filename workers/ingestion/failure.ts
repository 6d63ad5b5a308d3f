import type { JobReason } from "../contract/ingestion.ts";
import { UnparsableError } from "./parsed-document.ts";
import { MalwareFoundError } from "./scan/verdict.ts";

/** Trying again will not help, for a reason that lies with us or the store rather than with the document. */
export class DeadEndError extends Error {
  override readonly name = "DeadEndError";
  readonly code: "worker_died" | "content_missing" | "no_searchable_text";
  constructor(code: DeadEndError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export const contentMissing = () =>
  new DeadEndError("content_missing", "The bytes of this version are not in the store any more.");

export interface Failure {
  reason: JobReason;
  /** No retry: the same bytes fail the same way. */
  permanent: boolean;
  deadLetter: boolean;
}

const MAX_MESSAGE = 500;

/** What the ledger says of an error: the document's own faults are final, all others may pass. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UnparsableError) {
    return { reason: { code: error.code, message: error.message }, permanent: true, deadLetter: false };
  }
  if (error instanceof MalwareFoundError) {
    return { reason: { code: "malware_found", message: error.message }, permanent: true, deadLetter: false };
  }
  if (error instanceof DeadEndError) {
    return {
      reason: { code: error.code, message: error.message },
      permanent: true,
      deadLetter: error.code === "worker_died",
    };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    reason: { code: "ingestion_failed", message: message.slice(0, MAX_MESSAGE) },
    permanent: false,
    deadLetter: false,
  };
}

/** 2, 8, 32, 128 seconds. */
export const retryDelaySeconds = (attempts: number): number => 2 * 4 ** (Math.max(1, attempts) - 1);
