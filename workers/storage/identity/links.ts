import type { Database, Statement } from "../database.ts";
import { oneTimeToken } from "./schema.ts";

/** What is kept of a sign-in link. */
export interface StoredLink {
  hash: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** Keeps a link that signs the user in once; for the batch of the act that makes it. */
export const linkStatement = (db: Database, userId: string, link: StoredLink): Statement =>
  db.insert(oneTimeToken).values({ ...link, purpose: "link", userId, payload: {}, createdAt: Date.now() });
