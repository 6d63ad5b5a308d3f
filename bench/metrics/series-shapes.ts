import { Samples } from "../../workers/monitoring/model/samples.ts";

const INTERVAL = 15_000;
const START = Date.UTC(2026, 0, 1);
/** Every so many series are scraped with jitter. */
const JITTERED_ONE_IN = 3;
const JITTER_MS = 3;

type Random = () => number;
/** A source of values for one series. */
type Shape = (random: Random) => () => number;

/** Series as exporters make them, by name. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  "constant gauge": (random) => {
    const value = Math.floor(random() * 100);
    return () => value;
  },
  "idle counter": (random) => {
    let value = Math.floor(random() * 10_000);
    return () => {
      if (random() < 0.2) value += 1;
      return value;
    };
  },
  "request counter": (random) => {
    let value = Math.floor(random() * 1e6);
    return () => {
      value = random() < 0.002 ? 0 : value + Math.max(0, Math.round(150 + 40 * normal(random)));
      return value;
    };
  },
  "byte counter": (random) => {
    let value = Math.floor(random() * 1e9);
    return () => {
      value += Math.max(0, Math.round(150_000 + 20_000 * normal(random)));
      return value;
    };
  },
  "integer gauge": (random) => {
    let value = 100;
    return () => {
      value = Math.max(0, value + Math.round(5 * normal(random)));
      return value;
    };
  },
  "memory gauge, whole pages": (random) => {
    let pages = 100_000;
    return () => {
      pages = Math.max(0, pages + Math.round(200 * normal(random)));
      return pages * 4096;
    };
  },
  "2 decimals, wandering": (random) => {
    let hundredths = 5_000;
    return () => {
      hundredths = Math.max(0, hundredths + Math.round(50 * normal(random)));
      return hundredths / 100;
    };
  },
  "3 decimals, noise": (random) => () => Math.round(50_000 + 3_000 * normal(random)) / 1000,
  "CPU seconds, 2 decimals": (random) => {
    let hundredths = Math.floor(random() * 1e6);
    return () => {
      hundredths += Math.max(0, Math.round(700 + 100 * normal(random)));
      return hundredths / 100;
    };
  },
  "doubles of full precision": (random) => () => Math.sqrt(random()) * 100,
};

/** One series of a shape: the same numbers, the same series. */
export function makeSeries(shape: Shape, random: Random, number: number, length: number): Samples {
  const jitter = number % JITTERED_ONE_IN === 0 ? JITTER_MS : 0;
  const start = START + Math.floor(random() * INTERVAL);
  const next = shape(random);
  return new Samples(
    Float64Array.from({ length }, (_, i) => start + i * INTERVAL + Math.round(jitter * normal(random))),
    Float64Array.from({ length }, next),
  );
}

/** Normally distributed, by Box and Muller's transform. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
