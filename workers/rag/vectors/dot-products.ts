/**
 * Computes the dot products of a query with vectors that lie one after the other.
 *
 * @param vectors vectors of `stride` int8 components
 * @param query at most `stride` components
 * @param products receives one dot product a vector
 */
export type DotProducts = (
  vectors: Int8Array,
  stride: number,
  query: Int8Array,
  products: Int32Array,
) => void;

/** Where the WebAssembly memory holds the query, the results and a block of vectors. */
const QUERY_AT = 0;
const LONGEST_QUERY = 4096;
const RESULTS_AT = LONGEST_QUERY;
const MOST_RESULTS = 4096;
const VECTORS_AT = RESULTS_AT + MOST_RESULTS * 4;
const BLOCK_BYTES = 1 << 20;

/** The SIMD loop of `dot-product.wasm`; vectors pass through its memory in blocks of a megabyte. */
export function dotProductsFrom(module: WebAssembly.Module): DotProducts {
  const { exports } = new WebAssembly.Instance(module);
  const memory = exports.memory as WebAssembly.Memory;
  const dot = exports.dot as (at: number, count: number, stride: number, query: number, out: number) => void;
  const bytes = new Int8Array(memory.buffer);
  const results = new Int32Array(memory.buffer, RESULTS_AT, MOST_RESULTS);
  return (vectors, stride, query, products) => {
    if (stride === 0) return;
    bytes.fill(0, QUERY_AT, stride);
    bytes.set(query, QUERY_AT);
    const count = vectors.length / stride;
    const block = Math.min(MOST_RESULTS, Math.floor(BLOCK_BYTES / stride));
    for (let first = 0; first < count; first += block) {
      const rows = Math.min(block, count - first);
      bytes.set(vectors.subarray(first * stride, (first + rows) * stride), VECTORS_AT);
      dot(VECTORS_AT, rows, stride, QUERY_AT, RESULTS_AT);
      products.set(results.subarray(0, rows), first);
    }
  };
}

/** The same without WebAssembly. */
export const dotProductsInScript: DotProducts = (vectors, stride, query, products) => {
  for (let row = 0, at = 0; at < vectors.length; row++, at += stride) {
    let product = 0;
    for (let i = 0; i < query.length; i++) product += (query[i] ?? 0) * (vectors[at + i] ?? 0);
    products[row] = product;
  }
};
