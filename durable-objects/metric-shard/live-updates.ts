import type { ShardBatch } from "../../workers/monitoring/head/shard-batch.ts";
import type { SampleEvent } from "../../workers/monitoring/live/live-event.ts";
import { SeriesWatchers, type StoredWatchers } from "../../workers/monitoring/live/series-watchers.ts";
import { newestOf } from "../../workers/monitoring/live/subject.ts";
import type { AppendResult } from "../../workers/monitoring/model/sample-batch.ts";
import type { PlainMatcher } from "../../workers/monitoring/query/shard-reader.ts";

/** Samples go to the hubs this often at most, in milliseconds: half of what a hub gathers them for. */
const EVERY_MS = 50;
/** More samples than this for one hub: only the newest of each series are sent. */
const MAX_EVENTS = 10_000;
const STORED = "watchers";

export type Publish = (hub: string, events: SampleEvent[]) => Promise<unknown>;

/** Tells the hubs of the live feed what came in of the series that are watched there. */
export class LiveUpdates {
  readonly #kv: SyncKvStorage;
  readonly #publish: Publish;
  readonly #watchers: SeriesWatchers;
  #pending = new Map<string, SampleEvent[]>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(kv: SyncKvStorage, publish: Publish) {
    this.#kv = kv;
    this.#publish = publish;
    this.#watchers = new SeriesWatchers(kv.get<StoredWatchers>(STORED) ?? []);
  }

  watch(hub: string, selectors: readonly (readonly PlainMatcher[])[]): void {
    const stored = this.#watchers.watch(hub, selectors, Date.now());
    if (stored !== null) this.#kv.put(STORED, stored);
  }

  /** Nobody who sends samples waits for those who watch them. */
  note(batch: ShardBatch, result: AppendResult): void {
    for (const [hub, events] of this.#watchers.eventsOf(batch, result, Date.now())) {
      const all = [...(this.#pending.get(hub) ?? []), ...events];
      this.#pending.set(hub, all.length > MAX_EVENTS ? newestOf(all) : all);
    }
    if (this.#pending.size > 0) this.#timer ??= setTimeout(() => void this.#send(), EVERY_MS);
  }

  async #send(): Promise<void> {
    this.#timer = null;
    const pending = [...this.#pending];
    this.#pending = new Map();
    await Promise.all(pending.map(([hub, events]) => this.#publish(hub, events)));
  }
}
