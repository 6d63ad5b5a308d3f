import { AppError } from "../errors.ts";
import type { Listener, Opening } from "../monitoring/live/listener.ts";
import type { TopicEvent } from "../monitoring/live/live-event.ts";
import { meter } from "../monitoring/own-metrics/meter.ts";
import { Recent } from "../storage/recent.ts";
import type { Base } from "./base.ts";

const MAX_HUBS = 32;
const MAX_SOCKETS = 5_000;

const hubCount = new Recent<number>("live_hubs");
/** The hub that had room a few seconds ago; later on, those before it may have room again. */
const roomyHub = new Recent<number>("live_hubs");

/**
 * The live feed: opens sockets, and tells those who listen what happens.
 *
 * @param maxSockets how many a hub may hold
 */
export function liveServices(
  { env, background, inBackground }: Base,
  shardCount: () => Promise<number>,
  maxSockets = MAX_SOCKETS,
) {
  const hub = (number: number) => env.LIVE_FEED.get(env.LIVE_FEED.idFromName(`hub-${number}`));
  const countHubs = () => hubCount.get("all", () => hub(0).hubs(), background);

  async function publish(events: readonly TopicEvent[]): Promise<void> {
    if (events.length === 0) return;
    const told = { events, lost: [] };
    await Promise.all(Array.from({ length: await countHubs() }, (_, number) => hub(number).publish(told)));
  }

  return {
    liveFeed: {
      /** @throws AppError `dependency_unavailable` when every hub is full */
      async open(listener: Omit<Listener, "subscriptions">): Promise<Response> {
        const shards = await shardCount();
        const first = await roomyHub.get("all", async () => 0, background);
        for (let tried = 0; tried < MAX_HUBS; tried += 1) {
          const number = (first + tried) % MAX_HUBS;
          const opening: Opening = {
            number,
            shards,
            maxSockets,
            listener: { ...listener, subscriptions: [] },
          };
          const headers = { upgrade: "websocket", "x-opening": JSON.stringify(opening) };
          const reply = await hub(number).fetch("https://live.local/", { headers });
          if (reply.status === 503) continue;
          if (number !== first) await roomyHub.look("all", async () => number);
          return reply;
        }
        throw new AppError("dependency_unavailable", { detail: "Every hub of the live feed is full." });
      },
      /** Tells those who listen; nobody waits for it. */
      publish: (events: readonly TopicEvent[]) => inBackground(publish(events), "publish to the live feed"),
      /** How many sockets are open in each hub. What hubs dropped since they were asked last is counted. */
      async sockets(): Promise<{ hub: string; sockets: number }[]> {
        return Promise.all(
          Array.from({ length: await countHubs() }, async (_, number) => {
            const [sockets, dropped] = await Promise.all([hub(number).sockets(), hub(number).takeDropped()]);
            if (dropped > 0) meter.count("live_feed_dropped_total", {}, dropped);
            return { hub: String(number), sockets };
          }),
        );
      },
    },
  };
}
