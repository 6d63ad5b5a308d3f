import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import type { ContentStore } from "../ingestion/ports.ts";

export interface StoredContent {
  sha256: string;
  bytes: number;
}

export interface BlobStore extends ContentStore {
  /** @throws AppError `body_too_large` when the stream is longer than `limit` bytes; nothing is kept then. */
  store(stream: AsyncIterable<Uint8Array>, limit: number): Promise<StoredContent>;
  storeBytes(bytes: Uint8Array): Promise<StoredContent>;
  open(sha256: string, range?: R2Range): Promise<R2ObjectBody | null>;
  delete(sha256: string): Promise<void>;
  /** When the bytes were last written, in epoch milliseconds; null when they are not there. */
  writtenAt(sha256: string): Promise<number | null>;
}

const PART = 8 * 1024 * 1024;
const keyOf = (sha256: string) => `blobs/${sha256}`;

/**
 * Document bytes in R2 under their SHA-256. A key is not known before the last byte, so what is longer than one
 * part is first put together at a temporary key, never more than one part of it in memory.
 */
export function blobStore(bucket: R2Bucket): BlobStore {
  const storeBytes = async (bytes: Uint8Array): Promise<StoredContent> => {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    await bucket.put(keyOf(sha256), bytes, { sha256 });
    return { sha256, bytes: bytes.byteLength };
  };

  return {
    storeBytes,

    async store(stream, limit) {
      const parts = inParts(stream, limit);
      const first = await parts.next();
      if (first.done) return storeBytes(new Uint8Array());
      if (first.value.byteLength < PART) {
        await parts.next();
        return storeBytes(first.value);
      }
      const temporary = `uploads/${crypto.randomUUID()}`;
      const upload = await bucket.createMultipartUpload(temporary);
      try {
        const hash = createHash("sha256").update(first.value);
        const uploaded = [await upload.uploadPart(1, first.value)];
        for await (const part of parts) {
          hash.update(part);
          uploaded.push(await upload.uploadPart(uploaded.length + 1, part));
        }
        const object = await upload.complete(uploaded);
        const sha256 = hash.digest("hex");
        await moveTo(bucket, temporary, keyOf(sha256));
        return { sha256, bytes: object.size };
      } catch (error) {
        await Promise.allSettled([upload.abort(), bucket.delete(temporary)]);
        throw error;
      }
    },

    async read(sha256) {
      const object = await bucket.get(keyOf(sha256));
      return object === null ? null : await object.bytes();
    },

    async open(sha256, range) {
      return bucket.get(keyOf(sha256), range === undefined ? {} : { range });
    },

    async delete(sha256) {
      await bucket.delete(keyOf(sha256));
    },

    async writtenAt(sha256) {
      return (await bucket.head(keyOf(sha256)))?.uploaded.getTime() ?? null;
    },
  };
}

async function moveTo(bucket: R2Bucket, from: string, to: string): Promise<void> {
  if ((await bucket.head(to)) === null) {
    const object = await bucket.get(from);
    if (object === null)
      throw new AppError("internal_error", { detail: `The upload at ${from} has vanished.` });
    await bucket.put(to, object.body);
  }
  await bucket.delete(from);
}

/** Cuts a stream into parts of one size (R2 wants all but the last equal). The last one may be shorter. */
async function* inParts(stream: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array, void> {
  let part = new Uint8Array(PART);
  let filled = 0;
  let total = 0;
  for await (const chunk of stream) {
    total += chunk.byteLength;
    if (total > limit) {
      throw new AppError("body_too_large", {
        detail: `A document may have ${limit} bytes at most.`,
        extensions: { limit },
      });
    }
    for (let from = 0; from < chunk.byteLength; ) {
      const taken = chunk.subarray(from, from + PART - filled);
      part.set(taken, filled);
      filled += taken.byteLength;
      from += taken.byteLength;
      if (filled === PART) {
        yield part;
        part = new Uint8Array(PART);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}
