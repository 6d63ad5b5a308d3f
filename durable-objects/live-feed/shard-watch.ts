import type { HeardSubjects } from "../../workers/monitoring/live/heard-subjects.ts";
import type { HubPlace } from "../../workers/monitoring/live/listener.ts";
import { toPlainMatchers } from "../../workers/monitoring/query/shard-reader.ts";
import { openDatabase } from "../../workers/storage/database.ts";
import { loadEpochs } from "../../workers/storage/metrics/epochs.ts";
import { Rounds } from "./rounds.ts";

/** Shards forget those that they do not hear from within 90 s. */
const RENEW_MS = 30_000;
const FORGOTTEN_MS = 80_000;
const PLACE = "place";

/** Sees to it that every shard knows which series are listened to in a hub. */
export class ShardWatch {
  readonly #env: Env;
  readonly #kv: SyncKvStorage;
  readonly #subjects: HeardSubjects;
  readonly #rounds = new Rounds(() => this.#tellAll());
  #place: HubPlace;
  #toldAt = Date.now();

  constructor(env: Env, kv: SyncKvStorage, subjects: HeardSubjects) {
    this.#env = env;
    this.#kv = kv;
    this.#subjects = subjects;
    this.#place = kv.get<HubPlace>(PLACE) ?? { number: 0, shards: 0 };
  }

  set place(place: HubPlace) {
    const { number, shards } = this.#place;
    if (place.number === number && place.shards === shards) return;
    this.#place = place;
    this.#kv.put(PLACE, place);
  }

  /** Resolves when every shard has heard of what is listened to now. */
  tell(): Promise<void> {
    return this.#rounds.ask();
  }

  /**
   * Tells the shards again when it is time, or when something has changed. How many there are is asked anew each time:
   * a new one takes no samples until 15 s after it was announced.
   *
   * @returns whether shards may have forgotten the hub in the meantime
   */
  async renew(now: number, isChanged: boolean): Promise<boolean> {
    const { number, shards } = this.#place;
    const epochs = await loadEpochs(openDatabase(this.#env.DB));
    const newest = Math.max(...epochs.map((epoch) => epoch.shards));
    const toldAt = this.#toldAt;
    if (!isChanged && newest === shards && now - toldAt < RENEW_MS) return false;
    this.place = { number, shards: newest };
    await this.tell();
    return now - toldAt > FORGOTTEN_MS;
  }

  async #tellAll(): Promise<void> {
    const now = Date.now();
    const { number, shards } = this.#place;
    const watched = [...this.#subjects].filter(({ subject }) => subject.topic === "metrics");
    const selectors = watched.map(({ matchers }) => toPlainMatchers(matchers));
    const { METRIC_SHARD } = this.#env;
    await Promise.all(
      Array.from({ length: shards }, (_, shard) =>
        METRIC_SHARD.get(METRIC_SHARD.idFromName(`shard-${shard}`)).watch(`hub-${number}`, selectors),
      ),
    );
    this.#toldAt = now;
  }
}
