import type { Checkpoint } from "../contract/audit.ts";
import type { PreparedEvent } from "./event.ts";

/** An event at its place in the log. */
export interface LoggedEvent {
  sequence: number;
  leaf: string;
}

/** A place in the list of events, which are ordered by time and then by sequence. */
export interface ListPosition {
  time: number;
  sequence: number;
}

/** Which events to list, newest first. Times in epoch milliseconds. */
export interface LogQuery {
  limit: number;
  before: ListPosition | null;
  action: string | null;
  /** The id of a user or a key: what they did, and what was done with a user's keys. */
  actor: string | null;
  target: string | null;
  result: string | null;
  /** Inclusive. */
  from: number | null;
  /** Exclusive. */
  to: number | null;
}

/** That an event stands in the log. Hashes from the leaf up. */
export interface LogProof extends LoggedEvent {
  path: Uint8Array[];
  checkpoint: Checkpoint;
}

/** The audit log: events are appended to it, and never changed. */
export interface AuditLogPort {
  /**
   * Appends the events that are not in it yet; they are durable when it returns.
   *
   * @returns the ids of those that it cannot take because their leaf is none
   */
  append(events: PreparedEvent[]): Promise<{ refused: string[] }>;
  list(query: LogQuery): Promise<LoggedEvent[]>;
  /** Events in order from a sequence on. */
  entries(from: number, limit: number): Promise<LoggedEvent[]>;
  /** Null when there is no such event. */
  proof(id: string): Promise<LogProof | null>;
  /** The newest checkpoint. */
  checkpoint(): Promise<Checkpoint>;
  /** A checkpoint of all events that there are. */
  sign(): Promise<Checkpoint>;
  verifierKey(): Promise<string>;
}
