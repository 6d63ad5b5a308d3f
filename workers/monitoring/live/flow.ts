/** A client is asked to acknowledge a frame every so many. */
const ASK_EVERY = 20;
/** So many frames may be on their way; then the client is behind, and gets nothing until it has caught up. */
const MAX_UNACKNOWLEDGED = 100;
/** … or so many characters. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/**
 * Keeps account of what one client has not acknowledged yet. A WebSocket does not tell how much of what was sent has
 * arrived: without this, what a slow client does not read would pile up here.
 */
export class Flow {
  /** Sequences and sizes of the frames on their way. */
  #underway: { sequence: number; characters: number }[] = [];
  #characters = 0;
  #sinceAsked = 0;
  #behindSince: number | null = null;
  /** The last sequence that was sent before the client fell behind. */
  #behindAfter = 0;

  /** Since when the client is behind, in milliseconds; null when it keeps up. */
  get behindSince(): number | null {
    return this.#behindSince;
  }

  get behindAfter(): number {
    return this.#behindAfter;
  }

  /** Whether a frame may be sent now. @param before the sequence up to which everything was sent */
  admits(before: number, now: number): boolean {
    if (this.#behindSince !== null) return false;
    if (this.#underway.length < MAX_UNACKNOWLEDGED && this.#characters < MAX_CHARACTERS) return true;
    this.#behindSince = now;
    this.#behindAfter = before;
    return false;
  }

  /** Enters a frame. @returns whether the client is to acknowledge it */
  sent(sequence: number, characters: number): boolean {
    this.#underway.push({ sequence, characters });
    this.#characters += characters;
    this.#sinceAsked += 1;
    if (this.#sinceAsked < ASK_EVERY) return false;
    this.#sinceAsked = 0;
    return true;
  }

  /** @returns whether the client has caught up with this */
  acknowledge(sequence: number): boolean {
    this.#underway = this.#underway.filter((frame) => frame.sequence > sequence);
    this.#characters = this.#underway.reduce((sum, { characters }) => sum + characters, 0);
    if (this.#behindSince === null || this.#underway.length > MAX_UNACKNOWLEDGED / 2) return false;
    this.#behindSince = null;
    return true;
  }
}
