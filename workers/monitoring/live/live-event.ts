import type { LiveTopic } from "../../contract/live.ts";

/** A sample on its way to those who subscribed to its series. */
export interface SampleEvent {
  readonly topic: "metrics";
  /** Names and values in turn, sorted by name. */
  readonly labels: readonly string[];
  /** Milliseconds since 1970. */
  readonly time: number;

  readonly value: number;
}

/** Something else that happened. */
export interface TopicEvent {
  readonly topic: Exclude<LiveTopic, "metrics">;
  readonly time: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export type LiveEvent = SampleEvent | TopicEvent;
