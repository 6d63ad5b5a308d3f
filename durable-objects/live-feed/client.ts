import type { GoodbyeReason, ServerFrame } from "../../workers/contract/live.ts";
import { type Audience, send } from "../../workers/monitoring/live/audience.ts";
import { FrameAllowance } from "../../workers/monitoring/live/frame-allowance.ts";
import type { Member } from "../../workers/monitoring/live/heard.ts";
import type { Listener, Subscription } from "../../workers/monitoring/live/listener.ts";

const POLICY_VIOLATION = 1008;

/** An open socket and who listens there. Its attachment is read once, when the object wakes up. */
export class Client {
  readonly member: Member;
  readonly allowance = new FrameAllowance(Date.now());
  readonly #socket: WebSocket;
  readonly #audience: Audience;
  #listener: Listener;

  constructor(socket: WebSocket, listener: Listener, audience: Audience) {
    this.#socket = socket;
    this.#listener = listener;
    this.#audience = audience;
    // A socket that closed in the meantime is told nothing more.
    const sendText = (text: string) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    };
    this.member = audience.join({ send: sendText });
  }

  get listener(): Listener {
    return this.#listener;
  }

  send(frame: ServerFrame): void {
    send(this.member, frame);
  }

  /** @param subscriptions to remember with the socket, also over a sleep */
  keep(subscriptions: readonly Subscription[]): void {
    this.#listener = { ...this.#listener, subscriptions };
    this.#socket.serializeAttachment(this.#listener);
  }

  /** Listens no more. */
  leave(): void {
    this.#listener = { ...this.#listener, subscriptions: [] };
    this.#audience.leave(this.member, Date.now());
  }

  goodbye(reason: GoodbyeReason): void {
    this.send({ type: "goodbye", reason });
    this.#socket.close(POLICY_VIOLATION, reason);
  }
}
