import type { Matcher } from "../model/matcher.ts";
import { Flow } from "./flow.ts";
import type { LiveEvent } from "./live-event.ts";
import { type Entry, takes } from "./selector-index.ts";
import { matchersOf, type Subject } from "./subject.ts";

/** Where frames go: a WebSocket, or what a test puts in its place. */
export interface Outlet {
  send(text: string): void;
}

/** One client with what it subscribed to. */
export class Member {
  readonly outlet: Outlet;
  readonly flow = new Flow();
  /** By the ids that the client chose. */
  readonly subscriptions = new Map<string, Hearer>();

  constructor(outlet: Outlet) {
    this.outlet = outlet;
  }
}

/** A subscription of a client. */
export interface Hearer {
  /** Chosen by the client. */
  readonly id: string;
  readonly member: Member;
  readonly heard: Heard;
  /** While the client is behind: the last sequence before what it has missed. */
  missedAfter: number | null;
}

/** A subject that somebody listens to, or did until a moment ago. */
export class Heard {
  readonly subject: Subject;
  readonly matchers: readonly Matcher[];
  readonly hearers = new Set<Hearer>();
  /** Everything that came after this sequence was heard; null until those who tell of it know. */
  since: number | null = null;
  /** In the index of selectors; null for what is not about metrics. */
  entry: Entry<Heard> | null = null;
  /** Since when nobody listens, in milliseconds. */
  idleSince: number | null;

  /** @throws PromqlSyntaxError for a selector that is none */
  constructor(subject: Subject, now: number) {
    this.subject = subject;
    this.matchers = matchersOf(subject);
    this.idleSince = now;
  }

  concerns(event: LiveEvent): boolean {
    if (event.topic !== this.subject.topic) return false;
    return event.topic !== "metrics" || takes(this.matchers, event.labels);
  }
}
