/** A client is asked to acknowledge a frame every so many … */
const ASK_EVERY = 20;
/** … or whenever this part of what may be on its way has been sent. */
const ASK_PART = 0.25;
/** So many frames may be on their way; then the client is behind, and gets nothing until it has caught up. */
const MAX_UNACKNOWLEDGED = 100;

/**
 * Keeps account of what one client has not acknowledged yet. A WebSocket does not tell how much of what was sent has
 * arrived: without this, what a slow client does not read would pile up here. A client is behind only while it owes an
 * acknowledgement, so one that acknowledges what it is asked to always catches up.
 */
export class Flow {
  /** Sequences and sizes of the frames on their way. */
  #underway: { sequence: number; characters: number }[] = [];
  #characters = 0;
  #framesSinceAsked = 0;
  #charactersSinceAsked = 0;
  /** The newest frame that the client was asked to acknowledge and has not. */
  #asked: number | null = null;
  #behindSince: number | null = null;

  /** Since when the client is behind, in milliseconds; null when it keeps up. */
  get behindSince(): number | null {
    return this.#behindSince;
  }

  /** Whether frames may be sent now. @param room so many characters may be on their way */
  admits(room: number, now: number): boolean {
    if (this.#behindSince !== null) return false;
    const isFull = this.#underway.length >= MAX_UNACKNOWLEDGED || this.#characters >= room;
    if (!isFull || this.#asked === null) return true;
    this.#behindSince = now;
    return false;
  }

  /** Enters a frame. @returns whether the client is to acknowledge it */
  sent(sequence: number, characters: number, room: number): boolean {
    this.#underway.push({ sequence, characters });
    this.#characters += characters;
    this.#framesSinceAsked += 1;
    this.#charactersSinceAsked += characters;
    if (this.#framesSinceAsked < ASK_EVERY && this.#charactersSinceAsked < room * ASK_PART) return false;
    this.#framesSinceAsked = 0;
    this.#charactersSinceAsked = 0;
    this.#asked = sequence;
    return true;
  }

  /** @returns whether the client has caught up with this */
  acknowledge(sequence: number): boolean {
    this.#underway = this.#underway.filter((frame) => frame.sequence > sequence);
    this.#characters = this.#underway.reduce((sum, { characters }) => sum + characters, 0);
    if (this.#asked !== null && this.#asked <= sequence) this.#asked = null;
    if (this.#behindSince === null || this.#asked !== null) return false;
    this.#behindSince = null;
    return true;
  }
}
