import { HASH_BYTES, hashNode, joinSubtrees } from "./merkle.ts";

/** Hashes a tile holds, and leaves a bundle of entries holds (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;

/** A tile's place: it holds the roots of complete subtrees of `TILE_WIDTH ** level` leaves each. */
export interface TileAddress {
  level: number;
  index: number;
}

/** The hashes of a tile one after the other; of one that is not full yet, those there are. */
export type ReadTile = (address: TileAddress) => Uint8Array;

/** A tile that grew, to be stored. */
export interface GrownTile extends TileAddress {
  hashes: Uint8Array;
}

/** How many hashes of a level a tree of this size has. */
export const hashesAt = (size: number, level: number): number => Math.floor(size / TILE_WIDTH ** level);

/** The tiles at the right edge of a growing tree, which new leaves change; all others are full and stay. */
export class TreeEdge {
  #size: number;
  readonly #open: Uint8Array[] = [];

  /** Goes on with a tree of `size` leaves whose tiles are stored. */
  constructor(size: number, read: ReadTile) {
    this.#size = size;
    for (let level = 0; hashesAt(size, level) > 0; level += 1) {
      const width = hashesAt(size, level) % TILE_WIDTH;
      const index = Math.floor(hashesAt(size, level) / TILE_WIDTH);
      const tile = new Uint8Array(TILE_WIDTH * HASH_BYTES);
      if (width > 0) tile.set(read({ level, index }).subarray(0, width * HASH_BYTES));
      this.#open.push(tile);
    }
  }

  get size(): number {
    return this.#size;
  }

  /** Appends leaves and gives the tiles that changed, each once and as it is after the last leaf. */
  append(leafHashes: readonly Uint8Array[]): GrownTile[] {
    const grown = new Map<string, GrownTile>();
    for (const hash of leafHashes) {
      this.#push(0, this.#size, hash, grown);
      this.#size += 1;
    }
    return [...grown.values()];
  }

  #push(level: number, position: number, hash: Uint8Array, grown: Map<string, GrownTile>): void {
    const tile = this.#open[level] ?? new Uint8Array(TILE_WIDTH * HASH_BYTES);
    this.#open[level] = tile;
    const index = Math.floor(position / TILE_WIDTH);
    const width = (position % TILE_WIDTH) + 1;
    tile.set(hash, (width - 1) * HASH_BYTES);
    grown.set(`${level}/${index}`, { level, index, hashes: tile.subarray(0, width * HASH_BYTES) });
    if (width < TILE_WIDTH) return;
    this.#open[level] = new Uint8Array(TILE_WIDTH * HASH_BYTES);
    this.#push(level + 1, index, nodeWithin(tile, TILE_HEIGHT, 0), grown);
  }
}

/** The root of the first `size` leaves. */
export const rootAt = (read: ReadTile, size: number): Uint8Array => rangeRoot(read, 0, size);

/** The siblings of a leaf on its way up in the tree of the first `size` leaves (RFC 6962 §2.1.1). */
export function inclusionPath(read: ReadTile, index: number, size: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + largestPowerBelow(to - from);
    if (index < middle) {
      path.push(rangeRoot(read, middle, to));
      to = middle;
    } else {
      path.push(rangeRoot(read, from, middle));
      from = middle;
    }
  }
  return path.reverse();
}

/** The root over the leaves `[from, to)`; `from` is where RFC 6962 splits a tree, so the subtrees are aligned. */
function rangeRoot(read: ReadTile, from: number, to: number): Uint8Array {
  const roots: Uint8Array[] = [];
  for (let next = from; next < to; ) {
    const height = Math.floor(Math.log2(to - next));
    roots.push(subtreeRoot(read, height, Math.floor(next / 2 ** height)));
    next += 2 ** height;
  }
  return joinSubtrees(roots);
}

/** The root of the complete subtree of `2 ** height` leaves at a position among its equals. */
function subtreeRoot(read: ReadTile, height: number, position: number): Uint8Array {
  const level = Math.floor(height / TILE_HEIGHT);
  const within = height % TILE_HEIGHT;
  const first = position * 2 ** within;
  const tile = read({ level, index: Math.floor(first / TILE_WIDTH) });
  return nodeWithin(tile, within, first % TILE_WIDTH);
}

/** Hashes `2 ** height` neighbours of a tile together. */
function nodeWithin(tile: Uint8Array, height: number, first: number): Uint8Array {
  if (height === 0) return tile.slice(first * HASH_BYTES, (first + 1) * HASH_BYTES);
  const half = 2 ** (height - 1);
  return hashNode(nodeWithin(tile, height - 1, first), nodeWithin(tile, height - 1, first + half));
}

/** RFC 6962's k: the largest power of two that is smaller than the count. */
const largestPowerBelow = (count: number): number => 2 ** Math.floor(Math.log2(count - 1));
