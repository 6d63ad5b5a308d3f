import type { AccessCost } from "./access.ts";
import type { AuditSpeed } from "./audit.ts";
import type { IndexState } from "./index-handle.ts";
import type { BulkSpeed, FileSpeed } from "./ingestion-speed.ts";
import type { MergeLoad } from "./merge-load.ts";
import type { QuerySpeed } from "./query-speed.ts";

/** An index of one size: how it was made, how it answers, what it takes. Times in milliseconds. */
export interface SizeMeasured extends QuerySpeed {
  chunks: number;
  index: IndexState;
  /** Per chunk, from this process to the stored index and back. */
  appendMsAChunk: number;
  wakeUpMs: number;
}

export interface Measurements {
  access: AccessCost;
  audit: AuditSpeed;
  sizes: SizeMeasured[];
  merge: MergeLoad;
  files: FileSpeed[];
  bulk: BulkSpeed;
  /** Of the whole runtime, with every index above in memory; null where the system does not tell. */
  runtimeBytes: number | null;
}
