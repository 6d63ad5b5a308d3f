import type { Role } from "../../workers/contract/access.ts";
import type { LiveTopic } from "../../workers/contract/live.ts";
import type { Subject } from "../../workers/monitoring/live/subject.ts";
import type { Holder } from "../../workers/storage/access/valid-holders.ts";

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
