import { MOST_INTEGER } from "./integer-column.ts";
import { Scratch } from "./scratch.ts";

/** Decimal places that are tried. */
const MOST_PLACES = 12;
const POWERS = Float64Array.from({ length: MOST_PLACES + 1 }, (_, places) => 10 ** places);
const PROBES = 8;
/** More values than one in so many that no integer stands for, and the column is not scaled. */
const EXCEPTIONS_ONE_IN = 8;

/** Numbers as integers: value = (first + integer · divisor) / 10^places. */
export interface Scaled {
  readonly places: number;
  readonly divisor: number;
  readonly first: number;
  /** All zero. */
  readonly constant: boolean;
  /** Borrowed until the next call. An exception repeats the integer before it. */
  readonly integers: Float64Array;
  /** Places of the values that no integer stands for: NaN, ±Inf, -0, and what has more digits. */
  readonly exceptions: readonly number[];
}

const integers = new Scratch();

/** Finds the scale at which all values, but for a few, are integers, to the bit; null where there is none. */
export function scaleNumbers(values: Float64Array, count: number): Scaled | null {
  let places = probePlaces(values, count);
  if (places < 0) return null;
  const scaled = integers.take(count);
  const mostExceptions = 1 + Math.floor(count / EXCEPTIONS_ONE_IN);
  let exceptions: number[] = [];
  let power = POWERS[places] ?? 1;
  for (let i = 0; i < count; i += 1) {
    const value = values[i] ?? 0;
    const integer = Math.round(value * power);
    if (integer / power === value && isPlain(integer, value)) {
      scaled[i] = integer;
      continue;
    }
    const more = placesOf(value, places + 1);
    if (more > 0) {
      places = more;
      power = POWERS[places] ?? 1;
      exceptions = [];
      i = -1;
      continue;
    }
    if (exceptions.push(i) > mostExceptions) return null;
    scaled[i] = scaled[i - 1] ?? Number.NaN;
  }
  if (exceptions.length === count) return null;
  return divide(scaled, count, places, exceptions);
}

/** 10^places. */
export function powerOf(places: number): number {
  const power = POWERS[places];
  if (power === undefined) throw new RangeError("A column has more decimal places than any that is written.");
  return power;
}

/** Makes the integers small: subtracts the first and divides by what divides all. */
function divide(scaled: Float64Array, count: number, places: number, exceptions: readonly number[]): Scaled {
  let lead = 0;
  while (exceptions[lead] === lead) lead += 1;
  const first = scaled[lead] ?? 0;
  scaled.fill(first, 0, lead);
  let divisor = 0;
  for (let i = 0; i < count; i += 1) {
    const distance = Math.abs((scaled[i] ?? 0) - first);
    if (distance === 0 || divisor === 1) continue;
    const quotient = divisor === 0 ? 0 : distance / divisor;
    if (divisor === 0 || quotient !== Math.floor(quotient)) divisor = greatestDivisor(distance, divisor);
  }
  const constant = divisor === 0;
  if (constant) divisor = 1;
  else if (divisor === 1) for (let i = 0; i < count; i += 1) scaled[i] = (scaled[i] ?? 0) - first;
  else for (let i = 0; i < count; i += 1) scaled[i] = ((scaled[i] ?? 0) - first) / divisor;
  return { places, divisor, first, constant, integers: scaled, exceptions };
}

function greatestDivisor(a: number, b: number): number {
  let larger = a;
  let smaller = b;
  while (smaller !== 0) {
    const rest = larger % smaller;
    larger = smaller;
    smaller = rest;
  }
  return larger;
}

/** The decimal places that some of the values need; -1 where all of these are exceptions. */
function probePlaces(values: Float64Array, count: number): number {
  let places = -1;
  const stride = Math.max(1, Math.floor(count / PROBES));
  for (let i = 0; i < count; i += stride) places = Math.max(places, placesOf(values[i] ?? 0, 0));
  return places;
}

function placesOf(value: number, from: number): number {
  for (let places = from; places <= MOST_PLACES; places += 1) {
    const power = POWERS[places] ?? 1;
    const integer = Math.round(value * power);
    if (integer / power === value && isPlain(integer, value)) return places;
  }
  return -1;
}

function isPlain(integer: number, value: number): boolean {
  if (integer === 0) return 1 / value > 0;
  // Half of what a column takes, since the first is subtracted from it.
  return integer <= MOST_INTEGER / 2 && integer >= -MOST_INTEGER / 2;
}
