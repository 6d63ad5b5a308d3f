const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Samples as they came in, or rollups with buckets of so many milliseconds. */
export const RESOLUTIONS = { raw: 0, "1m": MINUTE, "5m": 5 * MINUTE, "1h": HOUR, "1d": DAY } as const;
export type Resolution = keyof typeof RESOLUTIONS;

/** How a shard judges, keeps and moves samples. */
export interface ShardSettings {
  /** A sample may be so many milliseconds older than the newest one of its series. */
  readonly outOfOrderMs: number;
  /** A sample may be so many milliseconds ahead of the clock. */
  readonly futureMs: number;
  /** 200,000 series with labels of 150 bytes take about 60 MB of the 128 MB that a Durable Object has. */
  readonly maxSeries: number;
  /** … and no more bytes of labels than so many, which a few thousand series with the longest labels reach. */
  readonly maxLabelBytes: number;
  /** Days are kept whole: a day goes when all of it is older. Samples older than `raw` are not taken. */
  readonly retentionDays: Readonly<Record<Resolution, number>>;
  /** Days older than this are moved to the object store. */
  readonly coldAfterDays: number;
  /** Samples are sealed when the head has so many, 16 bytes each; there are never more than three times as many. */
  readonly sealSamples: number;
  /** … or when the oldest of them came in so many milliseconds ago. */
  readonly sealAgeMs: number;
  /** … or when nothing has come in for so many milliseconds. */
  readonly sealIdleMs: number;
  /** Of the exemplars the newest so many are kept. */
  readonly maxExemplars: number;
}

export const DEFAULT_SHARD_SETTINGS: ShardSettings = {
  outOfOrderMs: 10 * MINUTE,
  futureMs: 10 * MINUTE,
  maxSeries: 200_000,
  maxLabelBytes: 32 * 1024 * 1024,
  retentionDays: { raw: 90, "1m": 90, "5m": 180, "1h": 400, "1d": 5 * 365 },
  coldAfterDays: 7,
  sealSamples: 1_000_000,
  sealAgeMs: 2 * HOUR,
  sealIdleMs: 15 * MINUTE,
  maxExemplars: 5_000,
};

/** The UTC day of a time, counted from 1970. */
export const dayOf = (time: number): number => Math.floor(time / DAY);
