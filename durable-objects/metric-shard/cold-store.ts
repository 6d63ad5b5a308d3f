import { DAY } from "../../workers/monitoring/head/shard-settings.ts";
import type { BlobRef, Block } from "./block-store.ts";

/** The object store, as much of it as is needed here. */
export type ObjectBucket = Pick<R2Bucket, "get" | "put" | "delete">;

/** The most keys that one call deletes. */
const KEYS_A_CALL = 1000;

/** Blobs of one object: few large objects cost less to put, and any part of one can be read alone. */
const BLOBS_AN_OBJECT = 16;

/** The objects that cold blocks consist of. One is never changed: a block has a number that is not given again. */
export class ColdStore {
  readonly #bucket: ObjectBucket;
  readonly #shard: string;

  constructor(bucket: ObjectBucket, shard: string) {
    this.#bucket = bucket;
    this.#shard = shard;
  }

  /** The keys of all objects of a block. */
  keysOf(block: Block): string[] {
    const objects = Math.ceil(block.blobs.length / BLOBS_AN_OBJECT);
    return Array.from({ length: objects }, (_, object) => this.#keyOf(block, object));
  }

  /** Puts all objects of a block; those that are there already are written over with the same bytes. */
  async put(block: Block, read: (ref: BlobRef) => Uint8Array): Promise<void> {
    for (const [object, key] of this.keysOf(block).entries()) {
      const refs = block.blobs.slice(object * BLOBS_AN_OBJECT, (object + 1) * BLOBS_AN_OBJECT);
      await this.#bucket.put(key, await new Blob(refs.map(read)).arrayBuffer());
    }
  }

  /** @returns null where there is no such object, as when its block has just been dropped */
  async get(block: Block, ref: BlobRef): Promise<Uint8Array | null> {
    const place = block.blobs.findIndex(({ blob }) => blob === ref.blob);
    const object = Math.floor(place / BLOBS_AN_OBJECT);
    const before = block.blobs.slice(object * BLOBS_AN_OBJECT, place);
    const offset = before.reduce((sum, { bytes }) => sum + bytes, 0);
    const found = await this.#bucket.get(this.#keyOf(block, object), {
      range: { offset, length: ref.bytes },
    });
    return found === null ? null : new Uint8Array(await found.arrayBuffer());
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += KEYS_A_CALL) {
      await this.#bucket.delete(keys.slice(from, from + KEYS_A_CALL));
    }
  }

  #keyOf({ id, day, resolution }: Block, object: number): string {
    const date = new Date(day * DAY).toISOString().slice(0, 10);
    return `metrics/${this.#shard}/${date}/${resolution}-${id}-${object}`;
  }
}
