import type { ServerFrame, SubscribeFrame } from "../../contract/live.ts";
import type { EventBatch, EventRing } from "./event-ring.ts";
import { type Heard, type Hearer, Member, type Outlet } from "./heard.ts";
import { HeardSubjects } from "./heard-subjects.ts";
import { eventJson, newestOf, type Told } from "./live-event.ts";
import type { Subject } from "./subject.ts";

/** So many characters may be on their way and not acknowledged. */
export interface Room {
  readonly oneMember: number;
  readonly allMembers: number;
}

type Place = NonNullable<SubscribeFrame["after"]>;

interface Part {
  to: Hearer;
  /** Separated by commas. */
  events: string;
  isLossy: boolean;
}

/**
 * Those who listen to a feed. Each subscription gets each event that concerns it once and in order, or is told that
 * there is a gap. Those who want the same share the work of finding and writing it.
 */
export class Audience {
  readonly #feed: string;
  readonly #ring: EventRing;
  readonly #room: Room;
  readonly #members = new Set<Member>();
  readonly subjects = new HeardSubjects();
  #dropped = 0;

  constructor(feed: string, ring: EventRing, room: Room) {
    this.#feed = feed;
    this.#ring = ring;
    this.#room = room;
  }

  join(outlet: Outlet): Member {
    const member = new Member(outlet);
    this.#members.add(member);
    return member;
  }

  /** Goes on after a restart. What happened meanwhile is not known, which the client is told. */
  goOn(member: Member, id: string, subject: Subject, now: number): void {
    const heard = this.subjects.open(subject, now);
    heard.since ??= this.#ring.sequence;
    this.#enter({ id, member, heard, missedAfter: null });
    send(member, { type: "gap", id, reason: "forgotten", sequence: this.#ring.sequence });
  }

  leave(member: Member, now: number): void {
    for (const id of member.subscriptions.keys()) this.unsubscribe(member, id, now);
    this.#members.delete(member);
  }

  welcome(member: Member, expiresAt: number): void {
    const { sequence } = this.#ring;
    const expires_at = new Date(expiresAt).toISOString();
    send(member, { type: "welcome", feed: this.#feed, sequence, expires_at });
  }

  /** From now on everything that concerns the subject is heard; places before are not known of. */
  heardFromNowOn(heard: Heard, now: number): void {
    heard.since ??= this.#ring.add([], [], now).sequence;
  }

  /** Begins a subscription, or lets it go on after a place. One with the same id ends. */
  subscribe(member: Member, id: string, heard: Heard, after: Place | undefined, now: number): void {
    this.unsubscribe(member, id, now);
    const hearer: Hearer = { id, member, heard, missedAfter: null };
    this.#enter(hearer);
    const missed = after === undefined ? [] : this.#missedBy(heard, after);
    const sequence = missed === null || after === undefined ? this.#ring.sequence : after.sequence;
    send(member, { type: "subscribed", id, sequence });
    if (missed === null) send(member, { type: "gap", id, reason: "forgotten", sequence });
    else this.#sendMissed(hearer, missed, now);
  }

  unsubscribe(member: Member, id: string, now: number): void {
    const hearer = member.subscriptions.get(id);
    if (hearer === undefined) return;
    member.subscriptions.delete(id);
    const { heard } = hearer;
    heard.hearers.delete(hearer);
    if (heard.hearers.size === 0) heard.idleSince = now;
  }

  /** Sends what happened to those whom it concerns. */
  sendOut({ events, lost }: Told, now: number): void {
    const { concerned, written } = this.subjects.write(events);
    const batch = this.#ring.add(concerned, lost, now);
    const due = new Map<Member, Part[]>();
    for (const heard of this.subjects) {
      const json = written.get(heard)?.join(",") ?? "";
      const isLossy = lost.includes(heard.subject.topic);
      if (json === "" && !isLossy) continue;
      for (const to of heard.hearers) {
        const parts = due.get(to.member);
        const part = { to, events: json, isLossy };
        if (parts === undefined) due.set(to.member, [part]);
        else parts.push(part);
      }
    }
    for (const [member, parts] of due) {
      const isAdmitted = member.flow.admits(this.#roomNow, now);
      for (const part of parts) {
        if (isAdmitted) this.#deliver(part, batch.sequence);
        else part.to.missedAfter ??= batch.sequence - 1;
      }
    }
  }

  /** A client that was behind gets the newest of what it missed, and hears that there was more. */
  acknowledged(member: Member, upTo: number): void {
    if (!member.flow.acknowledge(upTo)) return;
    const { sequence, batches } = this.#ring;
    for (const to of member.subscriptions.values()) {
      if (to.missedAfter === null) continue;
      const missed = (this.#ring.after(to.missedAfter) ?? batches).flatMap((batch) => batch.events);
      const own = missed.filter((event) => to.heard.concerns(event));
      const newest = newestOf(own);
      to.missedAfter = null;
      this.#dropped += own.length - newest.length;
      send(member, { type: "gap", id: to.id, reason: "slow", sequence });
      this.#deliver({ to, events: newest.map(eventJson).join(","), isLossy: false }, sequence);
    }
  }

  /** How many updates slow clients did not get, since somebody asked last. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  get #roomNow(): number {
    return Math.min(this.#room.oneMember, this.#room.allMembers / Math.max(1, this.#members.size));
  }

  #enter(hearer: Hearer): void {
    hearer.member.subscriptions.set(hearer.id, hearer);
    hearer.heard.hearers.add(hearer);
    hearer.heard.idleSince = null;
  }

  /** What a subject brought after a place; null when that is not all known. */
  #missedBy({ since }: Heard, { feed, sequence }: Place): readonly EventBatch[] | null {
    if (feed !== this.#feed || since === null || sequence < since) return null;
    return this.#ring.after(sequence);
  }

  #sendMissed(to: Hearer, missed: readonly EventBatch[], now: number): void {
    const { heard, member } = to;
    for (const { sequence, events, lost } of missed) {
      const own = events.filter((event) => heard.concerns(event)).map(eventJson);
      const part = { to, events: own.join(","), isLossy: lost.includes(heard.subject.topic) };
      if (part.events === "" && !part.isLossy) continue;
      if (!member.flow.admits(this.#roomNow, now)) {
        to.missedAfter = sequence - 1;
        return;
      }
      this.#deliver(part, sequence);
    }
  }

  #deliver({ to: { id, member }, events, isLossy }: Part, sequence: number): void {
    if (isLossy) send(member, { type: "gap", id, reason: "lost", sequence });
    if (events === "") return;
    const asks = member.flow.sent(sequence, events.length, this.#roomNow) ? ',"acknowledge":true' : "";
    member.outlet.send(
      `{"type":"events","id":${JSON.stringify(id)},"sequence":${sequence}${asks},"events":[${events}]}`,
    );
  }
}

/** Tells a client something. */
export function send({ outlet }: Member, frame: ServerFrame): void {
  outlet.send(JSON.stringify(frame));
}
