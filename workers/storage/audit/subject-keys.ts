import { randomBytes } from "node:crypto";
import { and, eq, gte, inArray, lt } from "drizzle-orm";
import { oldestLivingDay, type SubjectKeys } from "../../audit/subject.ts";
import { deriveKey, open, seal } from "../../crypto/secrets.ts";
import { AppError } from "../../errors.ts";
import { type Database, MAX_LIST_PARAMETERS, type Statement } from "../database.ts";
import { Recent } from "../recent.ts";
import { subjectKey } from "./schema.ts";

const KEY_BYTES = 32;
/** Stands in place of the key of one who was erased, so that no key is made for them again. */
const DESTROYED = "";

/** An isolate that does not know yet that a key was destroyed seals with it for five seconds at most. */
const recent = new Recent<Uint8Array | null>("subject_keys");

/** For the batch that erases a person: what events hold of them is unreadable from then on, and stays so. */
export function destroyKeyStatements(db: Database, subject: string): Statement[] {
  const destroyed = { sealedKey: DESTROYED, createdAt: Date.now() };
  return [
    db
      .insert(subjectKey)
      .values({ subject, ...destroyed })
      .onConflictDoUpdate({ target: subjectKey.subject, set: destroyed }),
  ];
}

/** The keys of subjects in D1, sealed with a key derived from the deployment's secret. */
export function subjectKeyRepository(db: Database, authSecret: string) {
  const sealingKey = deriveKey(authSecret, "subject-keys");

  const unseal = (subject: string, sealed: string): Uint8Array | null => {
    if (sealed === DESTROYED) return null;
    try {
      return Buffer.from(open(sealingKey, sealed), "base64url");
    } catch (cause) {
      throw new AppError("misconfigured", {
        detail: `AUTH_SECRET is not the one that the key of ${subject} was sealed with.`,
        cause,
      });
    }
  };

  const readOrMake = async (subject: string): Promise<Uint8Array | null> => {
    const read = () => db.select().from(subjectKey).where(eq(subjectKey.subject, subject));
    let [row] = await read();
    if (row === undefined) {
      const sealedKey = seal(sealingKey, randomBytes(KEY_BYTES).toString("base64url"));
      await db.insert(subjectKey).values({ subject, sealedKey, createdAt: Date.now() }).onConflictDoNothing();
      // Of two that make it at once one wins, and both go on with that one's.
      [row] = await read();
    }
    return row === undefined ? null : unseal(subject, row.sealedKey);
  };

  return {
    async keyFor(subject) {
      let renewal: Promise<unknown> | null = null;
      const renew = (work: Promise<unknown>) => {
        renewal = work;
      };
      const key = await recent.get(subject, () => readOrMake(subject), renew);
      // Whoever meets a key that is about to be too old waits until it was looked up again.
      await renewal;
      return key;
    },

    async living(subjects) {
      const keys = new Map<string, Uint8Array>();
      const distinct = [...new Set(subjects)];
      for (let from = 0; from < distinct.length; from += MAX_LIST_PARAMETERS) {
        const rows = await db
          .select()
          .from(subjectKey)
          .where(inArray(subjectKey.subject, distinct.slice(from, from + MAX_LIST_PARAMETERS)));
        for (const { subject, sealedKey } of rows) {
          const key = unseal(subject, sealedKey);
          if (key !== null) keys.set(subject, key);
        }
      }
      return keys;
    },

    /** Destroys the keys of days whose time is over. */
    async destroyOldDays(now: number): Promise<void> {
      await db
        .delete(subjectKey)
        .where(and(gte(subjectKey.subject, "day:"), lt(subjectKey.subject, oldestLivingDay(now))));
    },
  } satisfies SubjectKeys & Record<string, unknown>;
}
