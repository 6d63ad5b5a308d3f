import type { RangeFunction, Window } from "./function.ts";
import { ofFloats } from "./window.ts";

/** NaN only where there is nothing else; of 0 and -0 the one that comes first. */
export const minOverTime: RangeFunction = ofFloats(({ samples: { values }, from, to }) => {
  let least = at(values, from);
  for (let index = from + 1; index < to; index++) {
    const value = at(values, index);
    if (value < least || Number.isNaN(least)) least = value;
  }
  return least;
});

/** NaN only where there is nothing else; of 0 and -0 the one that comes first. */
export const maxOverTime: RangeFunction = ofFloats(({ samples: { values }, from, to }) => {
  let greatest = at(values, from);
  for (let index = from + 1; index < to; index++) {
    const value = at(values, index);
    if (value > greatest || Number.isNaN(greatest)) greatest = value;
  }
  return greatest;
});

/** Seconds since 1970 of the last of the least values. */
export const tsOfMinOverTime: RangeFunction = ofFloats(
  (window) => at(window.samples.times, leastAt(window)) / 1000,
);

/** Seconds since 1970 of the last of the greatest values. */
export const tsOfMaxOverTime: RangeFunction = ofFloats(
  (window) => at(window.samples.times, greatestAt(window)) / 1000,
);

/** Seconds since 1970. */
export const tsOfFirstOverTime: RangeFunction = ({ samples, from }) => at(samples.times, from) / 1000;

/** Seconds since 1970. */
export const tsOfLastOverTime: RangeFunction = ({ samples, to }) => at(samples.times, to - 1) / 1000;

function leastAt({ samples: { values }, from, to }: Window): number {
  let best = from;
  for (let index = from + 1; index < to; index++) {
    if (at(values, index) <= at(values, best) || Number.isNaN(at(values, best))) best = index;
  }
  return best;
}

function greatestAt({ samples: { values }, from, to }: Window): number {
  let best = from;
  for (let index = from + 1; index < to; index++) {
    if (at(values, index) >= at(values, best) || Number.isNaN(at(values, best))) best = index;
  }
  return best;
}

function at(numbers: Float64Array, index: number): number {
  return numbers[index] ?? 0;
}
