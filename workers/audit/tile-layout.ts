import { HASH_BYTES } from "./merkle.ts";
import { hashesAt, type ReadTile, TILE_WIDTH } from "./tiles.ts";

/** The longest leaf that a bundle of entries can hold: its length is written in 16 bits. */
export const MAX_LEAF_BYTES = 0xffff;

/** A static resource of the log, by C2SP tlog-tiles. */
export interface TileResource {
  path: string;
  /** Hashes or entries in it; fewer than `TILE_WIDTH` when it is partial. */
  width: number;
  bytes(): Uint8Array;
}

/** @example tilePath("0", 1234067, 8) // "tile/0/x001/x234/067.p/8" */
export function tilePath(level: number | "entries", index: number, width: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
  const place = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${place}${width < TILE_WIDTH ? `.p/${width}` : ""}`;
}

/** Entries one after the other, each after its length in 16 bits, big-endian. */
export function encodeEntries(leaves: readonly string[]): Uint8Array {
  const entries = leaves.map((leaf) => Buffer.from(leaf));
  const lengths = entries.map((entry) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(entry.byteLength);
    return length;
  });
  return Buffer.concat(entries.flatMap((entry, i) => [lengths[i] ?? Buffer.alloc(0), entry]));
}

/**
 * The resources that a tree has at size `to` and had not at size `from`: for each bundle its entries and its tile
 * of leaf hashes, then the tiles above. Whoever stops in between goes on from a multiple of `TILE_WIDTH`.
 *
 * @param leaves the leaves `[from, to)` of the log
 */
export function* resourcesBetween(
  from: number,
  to: number,
  read: ReadTile,
  leaves: (from: number, to: number) => string[],
): Generator<TileResource> {
  for (const { index, width } of tilesBetween(from, to, 0)) {
    const first = index * TILE_WIDTH;
    yield {
      path: tilePath("entries", index, width),
      width,
      bytes: () => encodeEntries(leaves(first, first + width)),
    };
  }
  for (let level = 0; hashesAt(to, level) > 0; level += 1) {
    for (const { index, width } of tilesBetween(from, to, level)) {
      yield {
        path: tilePath(level, index, width),
        width,
        bytes: () => read({ level, index }).slice(0, width * HASH_BYTES),
      };
    }
  }
}

function* tilesBetween(from: number, to: number, level: number): Generator<{ index: number; width: number }> {
  const end = hashesAt(to, level);
  if (end === hashesAt(from, level)) return;
  for (let index = Math.floor(hashesAt(from, level) / TILE_WIDTH); index * TILE_WIDTH < end; index += 1) {
    yield { index, width: Math.min(TILE_WIDTH, end - index * TILE_WIDTH) };
  }
}
