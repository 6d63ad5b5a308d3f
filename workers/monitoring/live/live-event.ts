import type { LiveTopic } from "../../contract/live.ts";
import { numberText } from "../model/number-text.ts";

/** A sample on its way to those who subscribed to its series. */
export interface SampleEvent {
  readonly topic: "metrics";
  /** Names and values in turn, sorted by name. */
  readonly labels: readonly string[];
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Null when the series has ended: a stale marker, which no number is sure to be. */
  readonly value: number | null;
}

/** Something else that happened. */
export interface TopicEvent {
  readonly topic: Exclude<LiveTopic, "metrics">;
  readonly time: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export type LiveEvent = SampleEvent | TopicEvent;

/** Events, and the topics of which some were dropped before they got here. */
export interface Told<Event extends LiveEvent = LiveEvent> {
  readonly events: readonly Event[];
  readonly lost: readonly LiveTopic[];
}

/** What an event takes up besides its texts. */
const CHARACTERS_AN_EVENT = 64;

/** Equal for equal labels, different for different ones. */
export const seriesKey = (labels: readonly string[]): string => JSON.stringify(labels);

/** About how much memory an event takes, in characters. */
export function charactersOf(event: LiveEvent): number {
  if (event.topic !== "metrics") return CHARACTERS_AN_EVENT + JSON.stringify(event.data).length;
  return event.labels.reduce((sum, text) => sum + text.length, CHARACTERS_AN_EVENT);
}

/** The newest sample of each series, in the order of their coming; other events all. */
export function newestOf<Event extends LiveEvent>(events: readonly Event[]): Event[] {
  const newest = new Map<string, Event>();
  for (const [index, event] of events.entries()) {
    const key = event.topic === "metrics" ? seriesKey(event.labels) : String(index);
    newest.delete(key);
    newest.set(key, event);
  }
  return [...newest.values()];
}

/** As the contract shows an event. Written by hand: an object would lose a label that is called `__proto__`. */
export function eventJson(event: LiveEvent): string {
  if (event.topic !== "metrics") return JSON.stringify({ time: event.time, data: event.data });
  const pairs: string[] = [];
  for (let at = 0; at < event.labels.length; at += 2) {
    pairs.push(`${JSON.stringify(event.labels[at])}:${JSON.stringify(event.labels[at + 1])}`);
  }
  const value = event.value === null ? "null" : `"${numberText(event.value)}"`;
  return `{"labels":{${pairs.join(",")}},"time":${event.time},"value":${value}}`;
}
