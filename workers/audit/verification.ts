import type { ExportedCheckpoint } from "./export-line.ts";

export type FaultKind =
  /** A line is no line of an export. */
  | "unreadable"
  /** A line says something else than what was logged. */
  | "edited"
  /** Sequence numbers are left out. */
  | "missing"
  /** A sequence number comes again, or too late. */
  | "out_of_order"
  /** Personal data is left out although nobody was erased. */
  | "withheld"
  /** Events are missing at the end. */
  | "truncated"
  /** The events are others than those that the checkpoint after them commits to. */
  | "rewritten"
  /** The events are others than those that an earlier checkpoint, seen before, commits to. */
  | "forked"
  /** A checkpoint was not signed by the log's key. */
  | "bad_signature";

export interface Fault {
  kind: FaultKind;
  /** The line of the export, from 1; null for the whole of it. */
  line: number | null;
  message: string;
}

export interface Verification {
  /** How many events were read. */
  events: number;
  /** The root over them, in base64. */
  root: string;
  /** The checkpoint that the export ends with, if it holds. */
  checkpoint: ExportedCheckpoint | null;
  /** How many of the checkpoints seen before were compared and agree. */
  pinsConfirmed: number;
  /** Empty when everything holds. */
  faults: Fault[];
}

/** What a verifier knew before. */
export interface Trusted {
  /** The log's key, as C2SP signed-note writes verifier keys. */
  verifierKey: string;
  /** Checkpoints of earlier verifications. */
  pins: readonly ExportedCheckpoint[];
}
