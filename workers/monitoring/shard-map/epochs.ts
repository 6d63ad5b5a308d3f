/** From a moment on, series are spread over so many shards, which are numbered from 0. */
export interface ShardEpoch {
  /** Counts up. */
  readonly epoch: number;
  readonly shards: number;
  /** Milliseconds since 1970. */
  readonly from: number;
}

/** How far a sample's time may be from the moment at which it is stored, in milliseconds. */
export interface Tolerance {
  /** So old may a sample be: the raw retention, where history can be taken in. */
  readonly lateMs: number;
  /** So far ahead may it be. */
  readonly earlyMs: number;
  /** So long after an epoch's end may an isolate that has not heard of it send to its shards. */
  readonly viewMs: number;
}

interface ShardsAsked {
  readonly shards: readonly number[];
  /** Whether no series can be in two of them. */
  readonly isDisjoint: boolean;
}

/**
 * The epoch that says where samples go now.
 *
 * @param epochs in order
 * @param now milliseconds since 1970
 */
export function epochAt(epochs: readonly ShardEpoch[], now: number): ShardEpoch {
  const [first] = epochs;
  if (first === undefined) throw new RangeError("There is no epoch.");
  return epochs.findLast(({ from }) => from <= now) ?? first;
}

/**
 * Which shard takes a series, by rendezvous (Thaler and Ravishankar, 1998): when a shard is added, a series moves to
 * it or stays where it is.
 *
 * @param low the low word of the hash of the series' label bytes
 * @param high the high one
 */
export function shardOf({ shards }: ShardEpoch, low: number, high: number): number {
  let best = 0;
  let most = -1;
  for (let shard = 0; shard < shards; shard++) {
    const weight = weigh(low, high, shard);
    if (weight > most) {
      most = weight;
      best = shard;
    }
  }
  return best;
}

/** The shards that may have samples with `start <= time <= end`. */
export function shardsFor(
  epochs: readonly ShardEpoch[],
  { start, end }: { readonly start: number; readonly end: number },
  tolerance: Tolerance,
): ShardsAsked {
  const asked = epochs.filter(({ from }, place) => {
    const next = epochs[place + 1]?.from ?? Number.POSITIVE_INFINITY;
    // What is older than everything was sent to the shards of the first epoch.
    const earliest = place === 0 ? Number.NEGATIVE_INFINITY : from - tolerance.lateMs;
    return earliest <= end && start <= next + tolerance.viewMs + tolerance.earlyMs;
  });
  const most = asked.reduce((shards, epoch) => Math.max(shards, epoch.shards), 0);
  return { shards: Array.from({ length: most }, (_, shard) => shard), isDisjoint: asked.length <= 1 };
}

/** The hash and the shard, mixed as MurmurHash3 finishes. */
function weigh(low: number, high: number, shard: number): number {
  let mixed = Math.imul(low ^ Math.imul(shard + 1, 0x9e3779b1), 0x85ebca6b) ^ high;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
