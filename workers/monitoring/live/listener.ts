import type { Role } from "../../contract/access.ts";
import type { LiveTopic } from "../../contract/live.ts";
import type { Subject } from "./subject.ts";

/** A credential that was found valid once. */
export interface Holder {
  readonly kind: "session" | "key";
  readonly id: string;
}

export interface Subscription extends Subject {
  /** Chosen by the client. */
  readonly id: string;
}

/** What survives with a socket while the object sleeps: at most 16 KB, as `MAX_*` see to. */
export interface Listener {
  readonly heldBy: Holder;
  /** Of the user when the socket was opened: with another one he may listen to something else. */
  readonly role: Role;
  readonly topics: readonly LiveTopic[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly subscriptions: readonly Subscription[];
}

/** Where a hub stands: its number, and how many shards there are to hear from. */
export interface HubPlace {
  readonly number: number;
  readonly shards: number;
}

/** Who opens a socket at which hub; passed along with the request, by the Worker alone. */
export interface Opening extends HubPlace {
  /** How many sockets the hub may hold. */
  maxSockets: number;
  listener: Listener;
}

const MAX_SUBSCRIPTIONS = 32;
/** Characters, of all selectors of a listener together. They may take two bytes each, as those of the ids. */
const MAX_SELECTORS = 4_096;

/** Why a subscription cannot be added, or null. */
export function objectionTo(listener: Listener, { id, topic, selector }: Subscription): string | null {
  if (!listener.topics.includes(topic)) return `The topic ${topic} takes the role admin.`;
  if ((topic === "metrics") !== (selector !== null)) {
    return topic === "metrics"
      ? "Name the series: a selector is needed."
      : `The topic ${topic} takes no selector.`;
  }
  const others = listener.subscriptions.filter((subscription) => subscription.id !== id);
  const characters = others.reduce(
    (sum, other) => sum + (other.selector?.length ?? 0),
    selector?.length ?? 0,
  );
  if (others.length >= MAX_SUBSCRIPTIONS) return `A socket may hold ${MAX_SUBSCRIPTIONS} subscriptions.`;
  return characters > MAX_SELECTORS
    ? `The selectors of a socket may have ${MAX_SELECTORS} characters.`
    : null;
}
