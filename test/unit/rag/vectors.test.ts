import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hashWord,
  loadStaticVectors,
  STATIC_VECTORS,
  VECTOR_FILE,
} from "../../../workers/providers/embedded/static-vectors.ts";
import dotProductModule from "../../../workers/rag/vectors/dot-product.wasm";
import { dotProductsFrom, dotProductsInScript } from "../../../workers/rag/vectors/dot-products.ts";

describe("dot products", () => {
  const inWasm = dotProductsFrom(dotProductModule);

  it("are the same in WebAssembly as in script", () => {
    const wanted = fc.integer({ min: 1, max: 8 }).chain((registers) =>
      fc.record({
        stride: fc.constant(registers * 16),
        vectors: fc
          .integer({ min: 0, max: 40 })
          .chain((count) =>
            fc.int8Array({ minLength: count * registers * 16, maxLength: count * registers * 16 }),
          ),
        query: fc.int8Array({ minLength: 1, maxLength: registers * 16 }),
      }),
    );
    fc.assert(
      fc.property(wanted, ({ stride, vectors, query }) => {
        const fast = new Int32Array(vectors.length / stride);
        const plain = new Int32Array(vectors.length / stride);
        inWasm(vectors, stride, query, fast);
        dotProductsInScript(vectors, stride, query, plain);
        expect(fast).toEqual(plain);
      }),
    );
  });

  it("are the same when the vectors fill the memory many times, at the extremes of int8", () => {
    const stride = 1024;
    const vectors = new Int8Array(stride * 5000).map((_, i) => (i % 3 === 0 ? -128 : 127));
    const query = new Int8Array(stride).fill(-128);
    const fast = new Int32Array(5000);
    const plain = new Int32Array(5000);
    inWasm(vectors, stride, query, fast);
    dotProductsInScript(vectors, stride, query, plain);
    expect(fast).toEqual(plain);
  });
});

describe("the embedded model", () => {
  const { dimensions } = STATIC_VECTORS;

  function fileOf(words: Record<string, number[]>): ArrayBuffer {
    const rows = Object.entries(words)
      .map(([word, components]) => ({ hash: hashWord(word), components }))
      .sort((a, b) => a.hash - b.hash);
    const file = new ArrayBuffer(VECTOR_FILE.headerBytes + rows.length * (4 + dimensions));
    new Uint32Array(file, 0, 4).set([VECTOR_FILE.magic, VECTOR_FILE.version, rows.length, dimensions]);
    new Uint32Array(file, VECTOR_FILE.headerBytes, rows.length).set(rows.map(({ hash }) => hash));
    const table = new Int8Array(file, VECTOR_FILE.headerBytes + 4 * rows.length);
    rows.forEach(({ components }, row) => {
      table.set(components, row * dimensions);
    });
    return file;
  }

  it("sums the vectors of the words it knows to a unit vector, and says when it knows none", async () => {
    const model = loadStaticVectors(fileOf({ river: [30, 0], stone: [0, 40], cafe: [1] }));
    const [both, one, none] = await model.embed(["River, stone!", "the café", "unheard of"]);
    expect([...(both ?? [])].slice(0, 3)).toEqual([76, 102, 0]);
    expect(one?.[0]).toBe(127);
    expect(none).toBeNull();
  });

  it("refuses another file", () => {
    expect(() => loadStaticVectors(new ArrayBuffer(64))).toThrow(/static vectors/);
    expect(() => loadStaticVectors(fileOf({ river: [1] }).slice(0, -1))).toThrow(/static vectors/);
  });
});
