import { DAY } from "../../workers/monitoring/head/shard-settings.ts";
import type { BlobRef, Block } from "./block-store.ts";

/** The object store, as much of it as is needed here. */
export type ObjectBucket = Pick<R2Bucket, "get" | "put" | "delete">;

/** The most keys that one call deletes. */
const KEYS_A_CALL = 1000;

/** The objects that cold blocks consist of. One is never changed: a block has a number that is not given again. */
export class ColdStore {
  readonly #bucket: ObjectBucket;
  readonly #shard: string;

  constructor(bucket: ObjectBucket, shard: string) {
    this.#bucket = bucket;
    this.#shard = shard;
  }

  keyOf({ id, day, resolution }: Block, { blob }: BlobRef): string {
    const date = new Date(day * DAY).toISOString().slice(0, 10);
    return `metrics/${this.#shard}/${date}/${resolution}-${id}-${blob}`;
  }

  async put(block: Block, ref: BlobRef, bytes: Uint8Array): Promise<void> {
    await this.#bucket.put(this.keyOf(block, ref), bytes);
  }

  /** @returns null where there is no such object, as when its block has just been dropped */
  async get(block: Block, ref: BlobRef): Promise<Uint8Array | null> {
    const object = await this.#bucket.get(this.keyOf(block, ref));
    return object === null ? null : new Uint8Array(await object.arrayBuffer());
  }

  async delete(keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += KEYS_A_CALL) {
      await this.#bucket.delete(keys.slice(from, from + KEYS_A_CALL));
    }
  }
}
