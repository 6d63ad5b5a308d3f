const roomFor = (count: number): number => count + (count >>> 1);

/** The column with room for at least `count` values, the new ones of `fill`. */
export function growInt32(
  column: Int32Array<ArrayBuffer>,
  count: number,
  fill: number,
): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(roomFor(count)).fill(fill, column.length);
  grown.set(column);
  return grown;
}

export function growUint8(column: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(roomFor(count));
  grown.set(column);
  return grown;
}

export function growUint32(column: Uint32Array<ArrayBuffer>, count: number): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(roomFor(count));
  grown.set(column);
  return grown;
}

export function growFloat64(
  column: Float64Array<ArrayBuffer>,
  count: number,
  fill: number,
): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(roomFor(count)).fill(fill, column.length);
  grown.set(column);
  return grown;
}
