import { ClientFrame, type SubscribeFrame } from "../../workers/contract/live.ts";
import type { Audience } from "../../workers/monitoring/live/audience.ts";
import { COSTLY } from "../../workers/monitoring/live/frame-allowance.ts";
import type { Heard } from "../../workers/monitoring/live/heard.ts";
import { SubjectLimitError } from "../../workers/monitoring/live/heard-subjects.ts";
import { objectionTo, type Subscription } from "../../workers/monitoring/live/listener.ts";
import { PromqlSyntaxError } from "../../workers/monitoring/promql/syntax/syntax-error.ts";
import { describeError, type Log } from "../../workers/telemetry/log.ts";
import type { Client } from "./client.ts";

export interface FramePorts {
  audience: Audience;
  log: Log;
  /** Resolves when all who tell of metrics know what is listened to now. */
  tellShards: () => Promise<void>;
  /** To be called before the sequence of the feed goes on. */
  reserve: () => void;
}

/** Does what clients ask for. */
export class FrameAnswers {
  readonly #ports: FramePorts;

  constructor(ports: FramePorts) {
    this.#ports = ports;
  }

  /** @returns whether the client may go on: it has sent more than it may otherwise */
  async answer(client: Client, message: string, now: number): Promise<boolean> {
    const frame = frameOf(message);
    if (!client.allowance.take(frame?.type === "acknowledge" ? 1 : COSTLY, now)) return false;
    const { audience } = this.#ports;
    if (frame === null) {
      const detail = "Send one of the JSON frames that docs/live-feed.md describes.";
      client.send({ type: "error", code: "invalid_frame", detail });
    } else if (frame.type === "acknowledge") audience.acknowledged(client.member, frame.sequence);
    else if (frame.type === "subscribe") await this.#subscribe(client, frame, now);
    else {
      this.#end(client, frame.id, now);
      client.send({ type: "unsubscribed", id: frame.id });
    }
    return true;
  }

  async #subscribe(client: Client, { id, topic, selector, after }: SubscribeFrame, now: number) {
    const subscription: Subscription = { id, topic, selector: selector ?? null };
    const heard = this.#hear(client, subscription, now);
    if (heard === null) return;
    client.keep([...client.listener.subscriptions.filter((other) => other.id !== id), subscription]);
    const isKnown = heard.since !== null || topic !== "metrics" || (await this.#tellShards());
    // By now the client may have gone, unsubscribed, or asked for something else under the same id.
    if (!client.listener.subscriptions.includes(subscription)) return;
    if (isKnown) {
      this.#ports.reserve();
      this.#ports.audience.heardFromNowOn(heard, Date.now());
      this.#ports.audience.subscribe(client.member, id, heard, after, Date.now());
    } else {
      this.#end(client, id, now);
      const detail = "The metrics do not answer. Subscribe again.";
      client.send({ type: "error", id, code: "dependency_unavailable", detail });
    }
  }

  /** What a subscription is about; null, and the client is told why, when it cannot be had. */
  #hear(client: Client, subscription: Subscription, now: number): Heard | null {
    const refuse = (detail: string) => {
      client.send({ type: "error", id: subscription.id, code: "subscription_refused", detail });
      return null;
    };
    const objection = objectionTo(client.listener, subscription);
    if (objection !== null) return refuse(objection);
    const { topic, selector } = subscription;
    try {
      return this.#ports.audience.subjects.open({ topic, selector }, now);
    } catch (error) {
      if (error instanceof PromqlSyntaxError) return refuse(`The selector is not valid: ${error.message}`);
      if (error instanceof SubjectLimitError) return refuse(error.message);
      throw error;
    }
  }

  #end(client: Client, id: string, now: number): void {
    client.keep(client.listener.subscriptions.filter((subscription) => subscription.id !== id));
    this.#ports.audience.unsubscribe(client.member, id, now);
  }

  async #tellShards(): Promise<boolean> {
    try {
      await this.#ports.tellShards();
      return true;
    } catch (error) {
      this.#ports.log.error("live_shards_not_told", { error: describeError(error) });
      return false;
    }
  }
}

function frameOf(message: string): ClientFrame | null {
  try {
    const frame = ClientFrame.safeParse(JSON.parse(message));
    return frame.success ? frame.data : null;
  } catch {
    return null;
  }
}
