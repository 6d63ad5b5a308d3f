import type { LiveTopic } from "../../contract/live.ts";
import type { Matcher } from "../model/matcher.ts";
import { numberText } from "../model/number-text.ts";
import { parseSelector } from "../promql/syntax/selectors.ts";
import type { EventBatch } from "./event-ring.ts";
import type { LiveEvent, SampleEvent } from "./live-event.ts";

/** What somebody can subscribe to: a topic, of metrics the series that a selector takes. */
export interface Subject {
  readonly topic: LiveTopic;
  /** Null for topics that have none. */
  readonly selector: string | null;
}

/** Equal for equal subjects, so that those who want the same share the work. */
export const subjectKey = ({ topic, selector }: Subject): string => `${topic} ${selector ?? ""}`;

/** A subject, ready to be compared with what happens. */
export class Watch {
  readonly subject: Subject;
  readonly matchers: readonly Matcher[];

  /** @throws PromqlSyntaxError for a selector that is none */
  constructor(subject: Subject) {
    this.subject = subject;
    this.matchers = subject.selector === null ? [] : parseSelector(subject.selector);
  }

  concerns(event: LiveEvent): boolean {
    if (event.topic !== this.subject.topic) return false;
    return event.topic !== "metrics" || this.#takes(event);
  }

  /** The events of a batch that concern it, as JSON; "" where none does. */
  jsonOf({ events }: Pick<EventBatch, "events">): string {
    return events
      .filter((event) => this.concerns(event))
      .map(eventJson)
      .join(",");
  }

  #takes({ labels }: SampleEvent): boolean {
    return this.matchers.every(({ name, matches }) => matches(labelValue(labels, name)));
  }
}

function labelValue(labels: readonly string[], name: string): string {
  for (let at = 0; at < labels.length; at += 2) if (labels[at] === name) return labels[at + 1] ?? "";
  return "";
}

function eventJson(event: LiveEvent): string {
  if (event.topic !== "metrics") return JSON.stringify({ time: event.time, data: event.data });
  const labels: Record<string, string> = {};
  for (let at = 0; at < event.labels.length; at += 2)
    labels[event.labels[at] ?? ""] = event.labels[at + 1] ?? "";
  return JSON.stringify({ labels, time: event.time, value: numberText(event.value) });
}

/** The newest sample of each series, in the order in which the series came up; other events all. */
export function newestOf<Event extends LiveEvent>(events: readonly Event[]): Event[] {
  const newest = new Map<string, Event>();
  for (const [index, event] of events.entries()) {
    newest.set(event.topic === "metrics" ? event.labels.join("\u00ff") : String(index), event);
  }
  return [...newest.values()];
}
