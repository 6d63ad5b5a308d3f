/** Power iterations; the first components of word vectors stand far apart, so that few are enough. */
const ITERATIONS = 30;

/** Takes the mean and the `count` first principal components out of vectors, in place. */
export function removeCommonComponents(vectors: readonly Float64Array[], count: number): void {
  const dimensions = vectors[0]?.length ?? 0;
  const mean = new Float64Array(dimensions);
  for (const vector of vectors) addScaled(mean, vector, 1 / vectors.length);
  for (const vector of vectors) addScaled(vector, mean, -1);
  for (let component = 0; component < count; component++) {
    const direction = firstComponent(vectors, dimensions);
    for (const vector of vectors) addScaled(vector, direction, -dot(vector, direction));
  }
}

function firstComponent(vectors: readonly Float64Array[], dimensions: number): Float64Array {
  let direction = new Float64Array(dimensions).fill(1 / Math.sqrt(dimensions));
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const next = new Float64Array(dimensions);
    for (const vector of vectors) addScaled(next, vector, dot(vector, direction));
    const length = Math.hypot(...next);
    direction = next.map((component) => component / length);
  }
  return direction;
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + (source[i] ?? 0) * factor;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
