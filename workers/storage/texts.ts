import type { ParsedDocument } from "../ingestion/parsed-document.ts";
import type { Making, TextStore } from "../ingestion/ports.ts";

/**
 * Stored texts in R2, beside the bytes they were made of. A new revision of the parsers gets new keys, so that
 * the offsets of what was cited before stay true until the version is ingested again.
 */
export function textStore(bucket: R2Bucket, parserRevision: number): TextStore {
  const slicePrefix = ({ id, build }: Making) => `work/${id}.${build}/`;

  return {
    keyOf: (sha256, mimeType) => `texts/${sha256}.${parserRevision}.${mimeType.replaceAll("/", ".")}.json`,

    async save(key, document) {
      await bucket.put(key, JSON.stringify(document));
    },

    async load(key) {
      const object = await bucket.get(key);
      return object === null ? null : await object.json<ParsedDocument>();
    },

    async saveSlice(job, fromPage, slice) {
      await bucket.put(`${slicePrefix(job)}${String(fromPage).padStart(8, "0")}`, JSON.stringify(slice));
    },

    async loadSlices(job) {
      const slices: unknown[] = [];
      for await (const key of keysBelow(bucket, slicePrefix(job))) {
        const object = await bucket.get(key);
        if (object !== null) slices.push(await object.json());
      }
      return slices;
    },

    async dropSlices(job) {
      for await (const key of keysBelow(bucket, slicePrefix(job))) await bucket.delete(key);
    },

    async deleteOf(sha256) {
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
