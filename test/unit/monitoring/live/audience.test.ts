import fc from "fast-check";
import { expect, it } from "vitest";
import type { ServerFrame } from "../../../../workers/contract/live.ts";
import { Audience } from "../../../../workers/monitoring/live/audience.ts";
import { EventRing } from "../../../../workers/monitoring/live/event-ring.ts";
import type { Member } from "../../../../workers/monitoring/live/heard.ts";

const FEED = "feed";
const SELECTORS = ["up", 'up{job="0"}', '{job=~"1|2"}', '{__name__!=""}'];
const SERIES = [
  ["__name__", "up", "job", "0"],
  ["__name__", "up", "job", "1"],
  ["__name__", "down", "job", "2"],
];
/** Few enough characters that clients fall behind, and few enough batches that places are forgotten. */
const ROOM = { oneMember: 800, allMembers: 1_200 };
const RING = { keepMs: 60_000, events: 12, characters: 1e6 };

const isSelected = (selector: number, series: number): boolean =>
  [series < 2, series === 0, series > 0, true][selector] === true;

interface Happened {
  sequence: number;
  series: number;
  value: number;
}

/** One subscription as its client sees it. */
interface Subscribed {
  selector: number;
  /** Everything up to this sequence was received, or announced as missing. Null until it is confirmed. */
  place: number | null;
  /** The sequence of the last gap. */
  gap: number | null;
  /** The newest samples that are to come after a gap. */
  owed: number[];
}

/** Everything that happened, and clients that hold what they receive against it. */
class World {
  readonly happened: Happened[] = [];
  readonly ring = new EventRing(1, RING);
  readonly audience = new Audience(FEED, this.ring, ROOM);
  readonly clients = [new Client(this), new Client(this)];
  now = 1_000_000;
  gaps = 0;

  tick(all: readonly number[], isLossy: boolean): void {
    const first = this.happened.length;
    const events = all.map((series, at) => ({
      topic: "metrics" as const,
      labels: SERIES[series] ?? [],
      time: this.now,
      value: first + at,
    }));
    this.audience.sendOut({ events, lost: isLossy ? ["metrics"] : [] }, this.now);
    const { sequence } = this.ring;
    for (const [at, series] of all.entries()) this.happened.push({ sequence, series, value: first + at });
    this.now += 100;
  }

  pass(ms: number): void {
    this.now += ms;
    this.audience.subjects.expire(this.now);
    this.ring.forget(this.now);
  }

  /** What concerns a selector within some sequences, both included. */
  between(selector: number, from: number, to: number): Happened[] {
    return this.happened.filter(
      ({ sequence, series }) => sequence >= from && sequence <= to && isSelected(selector, series),
    );
  }
}

interface Received {
  frame: ServerFrame;
  /** What the feed still knew when it sent this. */
  oldest: number;
}

class Client {
  readonly #world: World;
  #inbox: Received[] = [];
  #member: Member | null = null;
  #asked = 0;
  subscriptions = new Map<string, Subscribed>();

  constructor(world: World) {
    this.#world = world;
  }

  subscribe(id: string, selector: number, after: number | null): void {
    const { audience, now } = this.#world;
    this.#member ??= this.#join();
    const heard = audience.subjects.open({ topic: "metrics", selector: SELECTORS[selector] ?? "" }, now);
    audience.heardFromNowOn(heard, now);
    this.subscriptions.set(id, { selector, place: null, gap: null, owed: [] });
    this.#skip(id);
    audience.subscribe(
      this.#member,
      id,
      heard,
      after === null ? undefined : { feed: FEED, sequence: after },
      now,
    );
  }

  unsubscribe(id: string): void {
    if (this.#member !== null) this.#world.audience.unsubscribe(this.#member, id, this.#world.now);
    this.subscriptions.delete(id);
    this.#skip(id);
  }

  /** What was not read is lost; each subscription goes on where it was. */
  reconnect(): void {
    if (this.#member !== null) this.#world.audience.leave(this.#member, this.#world.now);
    this.#member = null;
    this.#inbox = [];
    this.#asked = 0;
    for (const [id, { selector, place }] of this.subscriptions) this.subscribe(id, selector, place);
  }

  acknowledge(): void {
    if (this.#member !== null) this.#world.audience.acknowledged(this.#member, this.#asked);
  }

  read(count: number): void {
    for (const received of this.#inbox.splice(0, count)) this.#check(received);
  }

  /** Reads and acknowledges all there is. */
  catchUp(): void {
    do {
      this.read(this.#inbox.length);
      this.acknowledge();
    } while (this.#inbox.length > 0);
    for (const { selector, place, owed } of this.subscriptions.values()) {
      expect(owed).toEqual([]);
      expect(this.#world.between(selector, (place ?? 0) + 1, this.#world.ring.sequence)).toEqual([]);
    }
  }

  /** What is still on its way of a subscription that ended counts as received. */
  #skip(id: string): void {
    const isOf = ({ frame }: Received) => "id" in frame && frame.id === id;
    for (const received of this.#inbox) {
      const { frame } = received;
      if (isOf(received) && frame.type === "events" && frame.acknowledge)
        this.#asked = Math.max(this.#asked, frame.sequence);
    }
    this.#inbox = this.#inbox.filter((received) => !isOf(received));
  }

  #check({ frame, oldest }: Received): void {
    if (!("id" in frame) || frame.id === undefined || !("sequence" in frame)) return;
    const { sequence } = frame;
    const subscribed = this.subscriptions.get(frame.id);
    if (subscribed === undefined) throw new Error("Nobody subscribed to this.");
    if (frame.type === "subscribed") subscribed.place = sequence;
    const { selector, place } = subscribed;
    if (place === null) throw new Error("It was not confirmed yet.");
    expect(sequence).toBeGreaterThanOrEqual(place);
    if (sequence !== subscribed.gap) expect(subscribed.owed).toEqual([]);
    if (frame.type === "gap") {
      this.#world.gaps += 1;
      subscribed.gap = sequence;
      subscribed.owed = this.#owedAfter(frame.reason, selector, Math.max(place + 1, oldest), sequence);
    } else if (frame.type === "events") {
      if (frame.acknowledge) this.#asked = Math.max(this.#asked, sequence);
      const values = frame.events.map((event) => ("value" in event ? Number(event.value) : Number.NaN));
      const news = this.#world.between(selector, place + 1, sequence);
      expect(values).toEqual(subscribed.gap === sequence ? subscribed.owed : news.map(({ value }) => value));
      subscribed.owed = [];
      if (news.length > 0 && subscribed.gap !== sequence)
        expect(news.every((event) => event.sequence === sequence)).toBe(true);
    }
    subscribed.place = sequence;
  }

  /** Of what is still known: the newest of each series for the slow, all of a tick of which something was lost. */
  #owedAfter(reason: string, selector: number, from: number, to: number): number[] {
    if (reason === "forgotten") return [];
    const known = this.#world.between(selector, reason === "lost" ? to : from, to);
    const newest = new Map(known.map(({ series, value }) => [series, value]));
    return known
      .filter(({ series, value }) => reason === "lost" || newest.get(series) === value)
      .map(({ value }) => value);
  }

  #join(): Member {
    const { audience, ring } = this.#world;
    const send = (text: string) => {
      const oldest = ring.batches[0]?.sequence ?? ring.sequence + 1;
      this.#inbox.push({ frame: JSON.parse(text) as ServerFrame, oldest });
    };
    return audience.join({ send });
  }
}

const client = fc.nat(1);
const id = fc.constantFrom("a", "b");
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("tick" as const),
      series: fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }),
      isLossy: fc.integer({ min: 0, max: 19 }).map((dice) => dice === 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("subscribe" as const),
      client,
      id,
      selector: fc.nat(3),
      back: fc.option(fc.nat(30)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("unsubscribe" as const), client, id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("read" as const), client, count: fc.nat(8) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("acknowledge" as const), client }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reconnect" as const), client }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1_000, 61_000) }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

function act(world: World, action: Action): void {
  const one = "client" in action ? world.clients[action.client] : undefined;
  if (action.do === "tick") world.tick(action.series, action.isLossy);
  else if (action.do === "pass") world.pass(action.ms);
  else if (one === undefined) throw new Error("There is no such client.");
  else if (action.do === "read") one.read(action.count);
  else if (action.do === "acknowledge") one.acknowledge();
  else if (action.do === "reconnect") one.reconnect();
  else if (action.do === "unsubscribe") one.unsubscribe(action.id);
  else {
    const after = action.back === null ? null : Math.max(0, world.ring.sequence - action.back);
    one.subscribe(action.id, action.selector, after);
  }
}

it("tells each subscription each event once and in order, or of a gap, whatever happens in between", () => {
  let gaps = 0;
  let told = 0;
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 120, size: "max" }), (actions) => {
      const world = new World();
      for (const each of actions) act(world, each);
      for (const one of world.clients) one.catchUp();
      gaps += world.gaps;
      told += world.happened.length;
    }),
    { numRuns: 300 },
  );
  expect(gaps).toBeGreaterThan(300);
  expect(told).toBeGreaterThan(3_000);
});
