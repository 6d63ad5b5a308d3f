import { hash } from "node:crypto";

export const HASH_BYTES = 32;

/** The prefixes of RFC 6962 §2.1 keep a leaf from being passed off as a node. */
const NODE_PREFIX = 1;
const joined = new Uint8Array(1 + 2 * HASH_BYTES).fill(NODE_PREFIX, 0, 1);

/** The leaf's text is hashed as UTF-8, after a byte of 0. */
export const hashLeaf = (leaf: string): Uint8Array => hash("sha256", `\0${leaf}`, "buffer");

export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  joined.set(left, 1);
  joined.set(right, 1 + HASH_BYTES);
  return hash("sha256", joined, "buffer");
}

/** The root of a tree without leaves. */
export const emptyRoot = (): Uint8Array => hash("sha256", "", "buffer");

export const equalHashes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/**
 * The roots of the complete subtrees that a tree of this many leaves is made of, largest first: all that is needed
 * to go on appending and to tell the root, in 32 bytes for each bit of the size.
 */
export class CompactRange {
  #size = 0;
  readonly #roots: Uint8Array[] = [];

  get size(): number {
    return this.#size;
  }

  append(leafHash: Uint8Array): void {
    let top = leafHash;
    // Every trailing one of the size is a complete subtree that the new leaf doubles.
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.#roots.pop();
      if (left !== undefined) top = hashNode(left, top);
    }
    this.#roots.push(top);
    this.#size += 1;
  }

  root(): Uint8Array {
    return joinSubtrees(this.#roots);
  }
}

/** The root over complete subtrees, given largest first. */
export function joinSubtrees(roots: readonly Uint8Array[]): Uint8Array {
  const last = roots.at(-1);
  if (last === undefined) return emptyRoot();
  return roots.slice(0, -1).reduceRight((right, left) => hashNode(left, right), last);
}

/**
 * Whether a leaf stands at an index of the tree with this root, by RFC 9162 §2.1.3.2.
 *
 * @param path the siblings from the leaf up
 */
export function verifyInclusion(
  leafHash: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
  let node = index;
  let last = size - 1;
  let top = leafHash;
  for (const sibling of path) {
    if (last === 0 || sibling.byteLength !== HASH_BYTES) return false;
    if (node % 2 === 1 || node === last) {
      top = hashNode(sibling, top);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      top = hashNode(top, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalHashes(top, root);
}
