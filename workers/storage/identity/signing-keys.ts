import { inArray, isNull, lt, sql } from "drizzle-orm";
import type { SigningKeyStore } from "../../identity/signing-key-ring.ts";
import { auditStatements } from "../audit/outbox.ts";
import { type Database, runBatch } from "../database.ts";
import { signingKey } from "./schema.ts";

/** Keys are forgotten so long after they retired, in milliseconds. */
const KEEP_MS = 30 * 24 * 60 * 60_000;

/** Signing keys in D1. */
export function signingKeyStore(db: Database): SigningKeyStore {
  return {
    async load() {
      return db.select().from(signingKey);
    },

    async addFirst(key, unusable) {
      const none = sql`not exists (select 1 from ${signingKey} where ${signingKey.retiresAt} is null)`;
      await runBatch(db, [
        db.update(signingKey).set({ retiresAt: key.createdAt }).where(inArray(signingKey.kid, unusable)),
        db.insert(signingKey).select(
          sql`select ${key.kid}, ${JSON.stringify(key.publicJwk)}, ${key.sealedPrivateJwk}, ${key.createdAt},
            ${key.activeFrom}, null where ${none}`,
        ),
      ]);
    },

    async replace(key, retiresAt, events) {
      await runBatch(db, [
        db
          .update(signingKey)
          .set({ retiresAt })
          .where(sql`${isNull(signingKey.retiresAt)} or ${signingKey.retiresAt} > ${retiresAt}`),
        db.delete(signingKey).where(lt(signingKey.retiresAt, key.createdAt - KEEP_MS)),
        db.insert(signingKey).values(key),
        ...auditStatements(db, events),
      ]);
    },
  };
}
