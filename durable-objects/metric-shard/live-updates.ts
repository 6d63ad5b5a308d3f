import type { ShardBatch } from "../../workers/monitoring/head/shard-batch.ts";
import { Gatherer } from "../../workers/monitoring/live/gatherer.ts";
import type { SampleEvent, Told } from "../../workers/monitoring/live/live-event.ts";
import { type Selectors, SeriesWatchers } from "../../workers/monitoring/live/series-watchers.ts";
import type { AppendResult } from "../../workers/monitoring/model/sample-batch.ts";

/** Samples go to the hubs this often at most, in milliseconds: half of what a hub gathers them for. */
const EVERY_MS = 50;
/** For one hub: an RPC takes that much, and there may be 32 of them. */
const LIMITS = { events: 10_000, characters: 4 * 1024 * 1024 };
const STORED = "watcher ";

export type Publish = (hub: string, told: Told<SampleEvent>) => Promise<unknown>;

/** Tells the hubs of the live feed what came in of the series that are watched there. */
export class LiveUpdates {
  readonly #kv: SyncKvStorage;
  readonly #publish: Publish;
  readonly #watchers = new SeriesWatchers();
  readonly #pending = new Map<string, Gatherer<SampleEvent>>();
  /** Hubs that have not answered yet: meanwhile their samples are gathered on, and thinned out. */
  readonly #sending = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Hubs renew what they watch all the time: a shard that finds some stored was ended before its time. */
  constructor(kv: SyncKvStorage, publish: Publish) {
    this.#kv = kv;
    this.#publish = publish;
    for (const [key, selectors] of kv.list<Selectors>({ prefix: STORED })) {
      const hub = key.slice(STORED.length);
      this.#watchers.watch(hub, selectors, Date.now());
      this.#gather(hub, { events: [], lost: ["metrics"] });
    }
  }

  watch(hub: string, selectors: Selectors): void {
    if (this.#watchers.watch(hub, selectors, Date.now())) this.#store(hub, selectors);
  }

  /** Nobody who sends samples waits for those who watch them. */
  note(batch: ShardBatch, result: AppendResult): void {
    for (const hub of this.#watchers.expire(Date.now())) this.#store(hub, []);
    for (const [hub, events] of this.#watchers.eventsOf(batch, result))
      this.#gather(hub, { events, lost: [] });
  }

  #store(hub: string, selectors: Selectors): void {
    if (selectors.length > 0) this.#kv.put(STORED + hub, selectors);
    else {
      this.#kv.delete(STORED + hub);
      this.#pending.delete(hub);
    }
  }

  #gather(hub: string, told: Told<SampleEvent>): void {
    const gatherer = this.#pending.get(hub) ?? new Gatherer<SampleEvent>(LIMITS);
    this.#pending.set(hub, gatherer);
    gatherer.add(told);
    this.#sendSoon();
  }

  #sendSoon(): void {
    this.#timer ??= setTimeout(() => this.#sendAll(), EVERY_MS);
  }

  #sendAll(): void {
    this.#timer = null;
    for (const [hub, gatherer] of this.#pending) {
      if (!gatherer.isEmpty && !this.#sending.has(hub)) void this.#send(hub, gatherer);
    }
  }

  /** What could not be sent may have arrived all the same: it is not sent again, and told of as lost next time. */
  async #send(hub: string, gatherer: Gatherer<SampleEvent>): Promise<void> {
    const { events, lost } = gatherer.take();
    this.#sending.add(hub);
    try {
      await this.#publish(hub, { events, lost });
    } catch {
      this.#pending.get(hub)?.add({ events: [], lost: ["metrics"] });
    }
    this.#sending.delete(hub);
    if (this.#pending.get(hub)?.isEmpty === false) this.#sendSoon();
  }
}
