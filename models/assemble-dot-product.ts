import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Assembles `workers/rag/vectors/dot-product.wasm`, which workerd imports as a compiled module (it refuses WebAssembly compiled at
 * run time). Run after a change: `node models/assemble-dot-product.ts`.
 *
 * The module exports `memory` (17 pages) and `dot(vectors, count, stride, query, out)`: the int32 dot products of
 * `count` int8 vectors with the query, 16 components at a time. Opcodes are those of the WebAssembly 2.0 binary
 * format, section 5.4.
 */
const I32 = 0x7f;
const V128 = 0x7b;
const [VECTORS, COUNT, STRIDE, QUERY, OUT, ROW_END, Q, SUM, A, B] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const simd = (opcode: number) => [0xfd, ...unsigned(opcode)];
const addConstant = (local: number, value: number) => [...get(local), 0x41, value, 0x6a, ...set(local)];
const load = (address: number) => [...get(address), ...simd(0x00), 0, 0];
const extendLow = simd(0x87);
const extendHigh = simd(0x88);
const addLanes = simd(0xae);
const dotPairs = simd(0xba);
const lane = (index: number) => [...get(SUM), ...simd(0x1b), index];

/** SUM += the four-lane dot product of one half of A and B. */
const accumulate = (half: number[]) => [
  ...get(SUM),
  ...get(A),
  ...half,
  ...get(B),
  ...half,
  ...dotPairs,
  ...addLanes,
  ...set(SUM),
];

const eachComponent = [
  ...load(VECTORS),
  ...set(A),
  ...load(Q),
  ...set(B),
  ...accumulate(extendLow),
  ...accumulate(extendHigh),
  ...addConstant(VECTORS, 16),
  ...addConstant(Q, 16),
  ...get(VECTORS),
  ...get(ROW_END),
  0x49, // i32.lt_u
  ...[0x0d, 0], // br_if: the next 16 components
];

const eachVector = [
  ...get(COUNT),
  0x45, // i32.eqz
  ...[0x0d, 1], // br_if: done
  ...get(VECTORS),
  ...get(STRIDE),
  0x6a,
  ...set(ROW_END),
  ...get(QUERY),
  ...set(Q),
  ...simd(0x0c),
  ...new Array<number>(16).fill(0),
  ...set(SUM),
  ...[0x03, 0x40, ...eachComponent, 0x0b],
  ...get(OUT),
  ...[...lane(0), ...lane(1), 0x6a, ...lane(2), 0x6a, ...lane(3), 0x6a],
  ...[0x36, 2, 0], // i32.store
  ...addConstant(OUT, 4),
  ...[...get(COUNT), 0x41, 1, 0x6b, ...set(COUNT)],
  ...[0x0c, 0], // br: the next vector
];

const locals = [2, 2, I32, 3, V128];
const body = [...locals, 0x02, 0x40, 0x03, 0x40, ...eachVector, 0x0b, 0x0b, 0x0b];

const module = [
  ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]),
  ...section(3, [1, 0]),
  ...section(5, [1, 1, 17, 17]),
  ...section(7, [2, ...name("memory"), 2, 0, ...name("dot"), 0, 0]),
  ...section(10, [1, ...unsigned(body.length), ...body]),
];

writeFileSync(join(import.meta.dirname, "../workers/rag/vectors/dot-product.wasm"), Uint8Array.from(module));

function section(id: number, content: number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
