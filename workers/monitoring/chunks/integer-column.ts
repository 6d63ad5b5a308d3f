import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { readResiduals, writeResiduals } from "./residuals.ts";
import { Scratch } from "./scratch.ts";

/** The greatest magnitude that a column takes: sums and differences of three stay exact in a double. */
export const MOST_INTEGER = 2 ** 50;

/** What a number is foretold from: its place on a straight line, the number before, or the step before. */
const LINE = 0;
const STEP = 1;
const STEP_OF_STEPS = 2;

/** Columns that span more are foretold by their steps only: with the others residuals could lose bits. */
const MOST_SPAN = 2 ** 46;
const PROBES = 9;

const residuals = new Scratch();
const steps = new Scratch();
const probes = new Float64Array(PROBES);

/**
 * Writes integers by their distance from what is foretold, in groups of a bit width each (delta-of-delta as in
 * Gorilla, VLDB 2015, is one of the predictors; the groups are the patched frame of reference of Zukowski et al.,
 * ICDE 2006). Times of a regular scrape take no more than the first, the interval and three bytes.
 *
 * @param numbers integers within ±{@link MOST_INTEGER}, none of them -0
 */
export function writeIntegers(writer: ByteWriter, numbers: Float64Array, count: number): void {
  if (count === 0) return;
  const first = numbers[0] ?? 0;
  if (count === 1) {
    writer.signed(first);
    return;
  }
  const step = steps.take(count);
  let least = first;
  let most = first;
  let previous = first;
  const firstStep = (numbers[1] ?? 0) - first;
  let isRegular = true;
  for (let i = 1; i < count; i += 1) {
    const number = numbers[i] ?? 0;
    step[i - 1] = number - previous;
    if (number - previous !== firstStep) isRegular = false;
    previous = number;
    if (number < least) least = number;
    else if (number > most) most = number;
  }
  const slope = Math.round((previous - first) / (count - 1));
  const predictor =
    isRegular || most - least > MOST_SPAN ? STEP : choosePredictor(numbers, step, count, slope);
  writer.byte(predictor);
  if (predictor === STEP) {
    writer.signed(first);
    writeResiduals(writer, step, count - 1);
    return;
  }
  const residual = residuals.take(count);
  if (predictor === LINE) {
    writer.signed(slope);
    for (let i = 0; i < count; i += 1) residual[i] = (numbers[i] ?? 0) - i * slope;
    writeResiduals(writer, residual, count);
    return;
  }
  writer.signed(first);
  writer.signed(step[0] ?? 0);
  for (let i = 1; i < count - 1; i += 1) residual[i - 1] = (step[i] ?? 0) - (step[i - 1] ?? 0);
  writeResiduals(writer, residual, count - 2);
}

/** Reads what {@link writeIntegers} wrote into the first `count` places. */
export function readIntegers(reader: ByteReader, numbers: Float64Array, count: number): void {
  if (count === 0) return;
  if (count === 1) {
    numbers[0] = reader.signed();
    return;
  }
  const predictor = reader.byte();
  if (predictor === LINE) {
    const slope = reader.signed();
    readResiduals(reader, numbers, 0, count);
    if (slope !== 0) for (let i = 1; i < count; i += 1) numbers[i] = (numbers[i] ?? 0) + i * slope;
    return;
  }
  let number = reader.signed();
  numbers[0] = number;
  if (predictor === STEP) {
    readResiduals(reader, numbers, 1, count);
    for (let i = 1; i < count; i += 1) {
      number += numbers[i] ?? 0;
      numbers[i] = number;
    }
    return;
  }
  if (predictor !== STEP_OF_STEPS) throw new RangeError("A column's predictor is not known.");
  let step = reader.signed();
  number += step;
  numbers[1] = number;
  readResiduals(reader, numbers, 2, count);
  for (let i = 2; i < count; i += 1) {
    step += numbers[i] ?? 0;
    number += step;
    numbers[i] = number;
  }
}

/** The predictor whose residuals have the fewest bits, counted from near their median. */
function choosePredictor(numbers: Float64Array, step: Float64Array, count: number, slope: number): number {
  const last = count - 1;
  const stride = Math.max(1, Math.floor(last / PROBES));
  const probed = Math.min(PROBES, Math.ceil(last / stride));
  for (let i = 0; i < probed; i += 1) probes[i] = step[i * stride] ?? 0;
  const middleStep = median(probed);
  for (let i = 0; i < probed; i += 1) probes[i] = (numbers[i * stride] ?? 0) - i * stride * slope;
  const middle = median(probed);
  let line = 0;
  let stepped = 0;
  let twice = 0;
  let before = step[0] ?? 0;
  for (let i = 0; i < last; i += 1) {
    const here = step[i] ?? 0;
    line += bitsOf((numbers[i] ?? 0) - i * slope - middle);
    stepped += bitsOf(here - middleStep);
    twice += bitsOf(here - before);
    before = here;
  }
  // A double step pays its noise twice, and is seldom worth it by a little.
  if (twice + last / 2 < stepped && twice < line) return STEP_OF_STEPS;
  return line < stepped ? LINE : STEP;
}

function median(count: number): number {
  for (let i = 1; i < count; i += 1) {
    const probe = probes[i] ?? 0;
    let at = i;
    for (; at > 0 && (probes[at - 1] ?? 0) > probe; at -= 1) probes[at] = probes[at - 1] ?? 0;
    probes[at] = probe;
  }
  return probes[count >>> 1] ?? 0;
}

function bitsOf(distance: number): number {
  const magnitude = distance < 0 ? -distance : distance;
  if (magnitude < 2 ** 31) return 32 - Math.clz32(magnitude);
  return 32 + (32 - Math.clz32(magnitude / 2 ** 32));
}
