import type { Span } from "../../model/histogram.ts";
import { carriedError } from "../compensation.ts";

/**
 * One side of a histogram while it is worked on, its spans spelled out: bucket `indexes[i]`, ascending, holds
 * `counts[i]`, and `errors[i]` is what rounding has lost from it so far.
 */
export interface Column {
  indexes: number[];
  counts: number[];
  errors: number[];
}

/** Buckets beyond the spans, and spans beyond the buckets, which only an invalid histogram has, are left out. */
export function expand(spans: readonly Span[], buckets: readonly number[]): Column {
  const indexes = spanIndexes(spans);
  const length = Math.min(indexes.length, buckets.length);
  indexes.length = length;
  return { indexes, counts: buckets.slice(0, length), errors: new Array<number>(length).fill(0) };
}

export function spanIndexes(spans: readonly Span[]): number[] {
  const indexes: number[] = [];
  let next = 0;
  for (const { offset, length } of spans) {
    next += offset;
    for (const end = next + length; next < end; next++) indexes.push(next);
  }
  return indexes;
}

/** The fewest spans that cover ascending indexes. */
export function spansOf(indexes: readonly number[]): Span[] {
  const spans: Span[] = [];
  let span: Span | null = null;
  let next = 0;
  for (const index of indexes) {
    if (span !== null && index === next) span.length++;
    else {
      span = { offset: index - next, length: 1 };
      spans.push(span);
    }
    next = index + 1;
  }
  return spans;
}

/** Only the buckets that are kept, in their order. */
export function filterColumn(column: Column, keeps: (index: number, count: number) => boolean): Column {
  const kept: Column = { indexes: [], counts: [], errors: [] };
  column.indexes.forEach((index, at) => {
    const count = column.counts[at] ?? 0;
    if (keeps(index, count)) push(kept, index, count, column.errors[at] ?? 0);
  });
  return kept;
}

/** Merges buckets that get one index; `target` must not let a later bucket come before an earlier one. */
export function remapColumn(column: Column, target: (index: number) => number): Column {
  const merged: Column = { indexes: [], counts: [], errors: [] };
  column.indexes.forEach((index, at) => {
    const to = target(index);
    const count = column.counts[at] ?? 0;
    const error = column.errors[at] ?? 0;
    const last = merged.indexes.length - 1;
    if (merged.indexes[last] === to) addTo(merged, last, count, error);
    else push(merged, to, count, error);
  });
  return merged;
}

/** The index in a coarser schema of the bucket that holds a bucket of a finer one. */
export function coarserIndex(index: number, from: number, to: number): number {
  return Math.floor((index - 1) / 2 ** (from - to)) + 1;
}

/** Adds `sign` times the added column to the first one, in place where it has all the buckets already. */
export function addColumn(column: Column, added: Column, sign: 1 | -1): Column {
  const { indexes } = column;
  if (!holdsAll(indexes, added.indexes)) return mergeColumns(column, added, sign);
  let at = 0;
  for (let from = 0; from < added.indexes.length; from++) {
    while (indexes[at] !== added.indexes[from]) at++;
    addTo(column, at, sign * (added.counts[from] ?? 0), sign * (added.errors[from] ?? 0));
  }
  return column;
}

/** Adds the counts of a column with the same indexes, in place. */
export function addCounts(column: Column, counts: readonly number[]): void {
  for (let at = 0; at < counts.length; at++) addTo(column, at, counts[at] ?? 0, 0);
}

/** Multiplies, then divides, in place. */
export function scaleColumn(column: Column, factor: number, divisor: number): void {
  column.counts = column.counts.map((count) => (count * factor) / divisor);
  column.errors = column.errors.map((error) => (error * factor) / divisor);
}

function holdsAll(indexes: readonly number[], wanted: readonly number[]): boolean {
  let at = 0;
  for (const index of wanted) {
    while (at < indexes.length && (indexes[at] ?? 0) < index) at++;
    if (indexes[at] !== index) return false;
  }
  return true;
}

function mergeColumns(column: Column, added: Column, sign: 1 | -1): Column {
  const merged: Column = { indexes: [], counts: [], errors: [] };
  let left = 0;
  let right = 0;
  while (left < column.indexes.length || right < added.indexes.length) {
    const leftIndex = column.indexes[left] ?? Number.POSITIVE_INFINITY;
    const rightIndex = added.indexes[right] ?? Number.POSITIVE_INFINITY;
    if (leftIndex <= rightIndex) {
      push(merged, leftIndex, column.counts[left] ?? 0, column.errors[left] ?? 0);
      left++;
    }
    if (rightIndex <= leftIndex) {
      const count = sign * (added.counts[right] ?? 0);
      const error = sign * (added.errors[right] ?? 0);
      if (rightIndex < leftIndex) push(merged, rightIndex, count, error);
      else addTo(merged, merged.indexes.length - 1, count, error);
      right++;
    }
  }
  return merged;
}

function push(column: Column, index: number, count: number, error: number): void {
  column.indexes.push(index);
  column.counts.push(count);
  column.errors.push(error);
}

function addTo(column: Column, at: number, count: number, error: number): void {
  const before = column.counts[at] ?? 0;
  const after = before + count;
  column.counts[at] = after;
  column.errors[at] = carriedError(before, count, after, (column.errors[at] ?? 0) + error);
}
