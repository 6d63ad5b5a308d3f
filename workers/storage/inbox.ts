import { eq, inArray } from "drizzle-orm";
import type { InboxObject } from "../ingestion/take-in-object.ts";
import { type Database, MAX_LIST_PARAMETERS } from "./database.ts";
import { inboxObject, sweepPosition } from "./schema.ts";

/** Objects that people put straight into the bucket, below `inbox/<collection>/`. */
export const INBOX_PREFIX = "inbox/";
const SWEEP = "inbox";

/** The bucket's inbox, and the book of what has been taken in from it. */
export function inboxRepository(db: Database, bucket: R2Bucket) {
  return {
    async head(key: string): Promise<InboxObject | null> {
      const object = await bucket.head(key);
      return object === null ? null : { key, etag: object.etag, size: object.size };
    },

    async open(key: string): Promise<{ body: ReadableStream<Uint8Array>; type: string | null } | null> {
      const object = await bucket.get(key);
      return object === null ? null : { body: object.body, type: object.httpMetadata?.contentType ?? null };
    },

    /** The next objects, up to 1,000, after those of the last call; from the first one again after the last. */
    async listOn(): Promise<InboxObject[]> {
      const [reached] = await db.select().from(sweepPosition).where(eq(sweepPosition.sweep, SWEEP));
      const startAfter = reached?.position ?? "";
      const page = await bucket.list({ prefix: INBOX_PREFIX, ...(startAfter === "" ? {} : { startAfter }) });
      const position = page.truncated ? (page.objects.at(-1)?.key ?? "") : "";
      if (position !== startAfter) {
        await db
          .insert(sweepPosition)
          .values({ sweep: SWEEP, position })
          .onConflictDoUpdate({ target: sweepPosition.sweep, set: { position } });
      }
      return page.objects.map((object) => ({ key: object.key, etag: object.etag, size: object.size }));
    },

    /** Those of the objects that were not yet taken in as they are now. */
    async unseen(objects: InboxObject[]): Promise<InboxObject[]> {
      const seen = new Map<string, string>();
      for (let from = 0; from < objects.length; from += MAX_LIST_PARAMETERS) {
        const keys = objects.slice(from, from + MAX_LIST_PARAMETERS).map((object) => object.key);
        const rows = await db.select().from(inboxObject).where(inArray(inboxObject.key, keys));
        for (const row of rows) seen.set(row.key, row.etag);
      }
      return objects.filter((object) => seen.get(object.key) !== object.etag);
    },

    async markSeen(object: InboxObject, documentId: string | null): Promise<void> {
      const row = { etag: object.etag, documentId, seenAt: Date.now() };
      await db
        .insert(inboxObject)
        .values({ key: object.key, ...row })
        .onConflictDoUpdate({ target: inboxObject.key, set: row });
    },
  };
}
