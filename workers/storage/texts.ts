import type { ParsedDocument } from "../ingestion/parsed-document.ts";
import type { TextStore } from "../ingestion/ports.ts";

/**
 * Stored texts in R2, beside the bytes they were made of. A new revision of the parsers gets new keys, so that
 * the offsets of what was cited before stay true until the version is ingested again.
 */
export function textStore(bucket: R2Bucket, parserRevision: number) {
  const slicePrefix = (jobId: string) => `work/${jobId}/`;

  const store: TextStore = {
    keyOf: (sha256) => `texts/${sha256}.${parserRevision}.json`,

    async save(key, document) {
      await bucket.put(key, JSON.stringify(document));
    },

    async load(key) {
      const object = await bucket.get(key);
      return object === null ? null : await object.json<ParsedDocument>();
    },

    async saveSlice(jobId, fromPage, slice) {
      await bucket.put(`${slicePrefix(jobId)}${String(fromPage).padStart(8, "0")}`, JSON.stringify(slice));
    },

    async loadSlices(jobId) {
      const slices: unknown[] = [];
      for await (const key of keysBelow(bucket, slicePrefix(jobId))) {
        const object = await bucket.get(key);
        if (object !== null) slices.push(await object.json());
      }
      return slices;
    },

    async dropSlices(jobId) {
      for await (const key of keysBelow(bucket, slicePrefix(jobId))) await bucket.delete(key);
    },
  };

  return {
    ...store,
    /** Deletes the texts, of every revision, of bytes that are gone. */
    async deleteOf(sha256: string): Promise<void> {
      for await (const key of keysBelow(bucket, `texts/${sha256}.`)) await bucket.delete(key);
    },
  };
}

async function* keysBelow(bucket: R2Bucket, prefix: string): AsyncGenerator<string, void> {
  let cursor: string | undefined;
  do {
    const page: R2Objects = await bucket.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
    for (const object of page.objects) yield object.key;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}
