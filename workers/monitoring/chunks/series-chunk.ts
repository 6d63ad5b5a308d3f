/** A chunk of a series that its owner knows by a number. */
export interface SeriesChunk {
  /** An integer of 0…2^46. */
  readonly series: number;
  readonly bytes: Uint8Array;
}
