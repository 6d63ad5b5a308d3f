import type { Listener } from "../../durable-objects/live-feed/listener.ts";
import { AppError } from "../errors.ts";
import type { TopicEvent } from "../monitoring/live/live-event.ts";
import { Recent } from "../storage/recent.ts";
import type { Base } from "./base.ts";

const MAX_HUBS = 32;
const hubCount = new Recent<number>("live_hubs");
/** The hub that had room last. */
let roomy = 0;

/** The live feed: opens sockets, and tells those who listen what happens. */
export function liveServices({ env, background, inBackground }: Base, shardCount: () => Promise<number>) {
  const hub = (number: number) => env.LIVE_FEED.get(env.LIVE_FEED.idFromName(`hub-${number}`));

  async function publish(event: TopicEvent): Promise<void> {
    const hubs = await hubCount.get("all", () => hub(0).hubs(), background);
    await Promise.all(Array.from({ length: hubs }, (_, number) => hub(number).publish([event])));
  }

  return {
    liveFeed: {
      /** @throws AppError `dependency_unavailable` when every hub is full */
      async open(request: Request, listener: Listener): Promise<Response> {
        const shards = await shardCount();
        for (let tried = 0; tried < MAX_HUBS; tried += 1) {
          const number = (roomy + tried) % MAX_HUBS;
          const headers = new Headers(request.headers);
          headers.set("x-opening", JSON.stringify({ number, shards, listener }));
          headers.delete("authorization");
          headers.delete("cookie");
          const reply = await hub(number).fetch("https://live.local/", { headers });
          if (reply.status === 503) continue;
          roomy = number;
          hubCount.forget();
          return reply;
        }
        throw new AppError("dependency_unavailable", { detail: "Every hub of the live feed is full." });
      },
      /** Tells those who listen; nobody waits for it. */
      publish: (event: TopicEvent) => inBackground(publish(event), "publish to the live feed"),
      async sockets(): Promise<{ hub: string; sockets: number }[]> {
        const hubs = await hub(0).hubs();
        return Promise.all(
          Array.from({ length: hubs }, async (_, number) => ({
            hub: String(number),
            sockets: await hub(number).sockets(),
          })),
        );
      },
    },
  };
}
