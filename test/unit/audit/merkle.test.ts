import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompactRange, hashLeaf, hashNode, verifyInclusion } from "../../../workers/audit/merkle.ts";
import { inclusionPath, type ReadTile, rootAt, TreeEdge } from "../../../workers/audit/tiles.ts";

/** Leaves and roots that the reference implementation of RFC 6962 is tested with, by the tree's size. */
const LEAVES = ["", "\x00", "\x10", " !", "01", "@ABC", "PQRSTUVW", "`abcdefghijklmno"];
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const leafHashes = (count: number) => Array.from({ length: count }, (_, i) => hashLeaf(`leaf ${i}`));

/** The definition of RFC 6962 §2.1, word for word. */
function definedRoot(hashes: readonly Uint8Array[]): Uint8Array {
  const [first] = hashes;
  if (first !== undefined && hashes.length === 1) return first;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return hashNode(definedRoot(hashes.slice(0, k)), definedRoot(hashes.slice(k)));
}

/** A tree that is grown in parts, and taken up from its stored tiles before each. */
function growTree(parts: readonly number[]) {
  const stored = new Map<string, Uint8Array>();
  const read: ReadTile = ({ level, index }) => stored.get(`${level}/${index}`) ?? new Uint8Array();
  const hashes = leafHashes(parts.reduce((sum, part) => sum + part, 0));
  let size = 0;
  for (const part of parts) {
    const edge = new TreeEdge(size, read);
    for (const tile of edge.append(hashes.slice(size, size + part))) {
      stored.set(`${tile.level}/${tile.index}`, tile.hashes.slice());
    }
    size = edge.size;
  }
  return { read, hashes, size };
}

const parts = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 200, max: 600 })), {
  minLength: 1,
  maxLength: 5,
});

describe("the Merkle tree", () => {
  it("has the roots of RFC 6962's reference implementation", () => {
    const range = new CompactRange();
    const roots = [hex(range.root())];
    for (const leaf of LEAVES) {
      range.append(hashLeaf(leaf));
      roots.push(hex(range.root()));
    }
    expect(roots).toEqual(ROOTS);
  });

  it("has the root that the definition gives, from a compact range and from tiles, at every earlier size too", () => {
    fc.assert(
      fc.property(parts, fc.double({ min: 0, max: 1, noNaN: true }), (sizes, share) => {
        const { read, hashes, size } = growTree(sizes);
        const earlier = Math.floor(share * size);
        const range = new CompactRange();
        for (const hash of hashes.slice(0, earlier)) range.append(hash);
        expect(hex(rootAt(read, earlier))).toBe(hex(range.root()));
        if (earlier > 0) expect(hex(range.root())).toBe(hex(definedRoot(hashes.slice(0, earlier))));
      }),
      { numRuns: 40 },
    );
  });

  it("proves each leaf in the tree of any size that holds it, and nothing else", () => {
    fc.assert(
      fc.property(parts, fc.nat(), fc.nat(), fc.nat(), (sizes, a, b, c) => {
        const { read, hashes, size } = growTree([1, ...sizes]);
        const at = 1 + (a % size);
        const index = b % at;
        const root = rootAt(read, at);
        const path = inclusionPath(read, index, at);
        const leaf = hashes[index] ?? new Uint8Array();
        expect(verifyInclusion(leaf, index, at, path, root)).toBe(true);
        expect(verifyInclusion(hashLeaf("another"), index, at, path, root)).toBe(false);
        expect(verifyInclusion(leaf, index, at, [...path, leaf], root)).toBe(false);
        expect(verifyInclusion(leaf, at, at, path, root)).toBe(false);
        const other = c % at;
        if (other !== index) expect(verifyInclusion(leaf, other, at, path, root)).toBe(false);
        if (path.length > 0) expect(verifyInclusion(leaf, index, at, path.slice(1), root)).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
});
