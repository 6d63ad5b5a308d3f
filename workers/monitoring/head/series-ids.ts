/** Sorted lists of series numbers, and what sets of them have in common. */
export type SeriesIds = Uint32Array<ArrayBuffer>;

export const NO_SERIES: SeriesIds = new Uint32Array(0);

export function intersectIds(a: SeriesIds, b: SeriesIds): SeriesIds {
  const common = new Uint32Array(Math.min(a.length, b.length));
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left = a[i] ?? 0;
    const right = b[j] ?? 0;
    if (left === right) common[count++] = left;
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return common.subarray(0, count);
}

/** Those of `a` that are not in `b`. */
export function subtractIds(a: SeriesIds, b: SeriesIds): SeriesIds {
  const left = new Uint32Array(a.length);
  let count = 0;
  let j = 0;
  for (const series of a) {
    while (j < b.length && (b[j] ?? 0) < series) j++;
    if (b[j] !== series) left[count++] = series;
  }
  return left.subarray(0, count);
}

/** @param end one more than the highest number */
export function uniteIds(lists: readonly SeriesIds[], end: number): SeriesIds {
  const [first] = lists;
  if (first === undefined) return NO_SERIES;
  if (lists.length === 1) return first;
  const marks = markIds(lists, end);
  let count = 0;
  for (const mark of marks) count += mark;
  const united = new Uint32Array(count);
  let at = 0;
  for (let series = 0; series < end; series++) if (marks[series] === 1) united[at++] = series;
  return united;
}

/** 1 at the number of every series that a list has. */
export function markIds(lists: readonly SeriesIds[], end: number): Uint8Array {
  const marks = new Uint8Array(end);
  for (const list of lists) for (const series of list) marks[series] = 1;
  return marks;
}
