import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Role, Scope } from "../../contract/access.ts";
import type { RateLimit, User } from "../../contract/identity.ts";

/** All times are epoch milliseconds. */
const time = (name: string) => integer(name);

export const user = sqliteTable(
  "user",
  {
    id: text().primaryKey(),
    /** In lower case. */
    email: text().notNull().unique(),
    name: text().notNull(),
    role: text().$type<Role>().notNull(),
    tier: text().$type<Exclude<User["tier"], "anonymous">>().notNull(),
    state: text().$type<User["state"]>().notNull(),
    /** With its parameters, as `identity/passwords` writes it. */
    passwordHash: text("password_hash"),
    createdAt: time("created_at").notNull(),
    updatedAt: time("updated_at").notNull(),
    lastSignInAt: time("last_sign_in_at"),
  },
  (table) => [index("user_created").on(table.createdAt, table.id)],
);

/** One sign-in on one device, over all its refreshes. */
export const session = sqliteTable(
  "session",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    /** Which refresh token is the newest, from 1; compared and swapped at each refresh. */
    generation: integer().notNull(),
    /** Random; goes into the keyed hash of each refresh token of the session. */
    nonce: text().notNull(),
    deviceName: text("device_name").notNull(),
    address: text(),
    /** How it began: a password may be set without the old one right after a link. */
    method: text().$type<"password" | "link" | "passkey">().notNull(),
    createdAt: time("created_at").notNull(),
    refreshedAt: time("refreshed_at").notNull(),
    expiresAt: time("expires_at").notNull(),
    endedAt: time("ended_at"),
  },
  (table) => [index("session_user").on(table.userId), index("session_expires").on(table.expiresAt)],
);

/** What works once: sign-in links, stream tickets, passkey challenges. Only a hash is kept. */
export const oneTimeToken = sqliteTable(
  "one_time_token",
  {
    hash: text().primaryKey(),
    purpose: text().$type<"link" | "ticket" | "passkey_registration" | "passkey_sign_in">().notNull(),
    userId: text("user_id").references(() => user.id, { onDelete: "cascade" }),
    payload: text({ mode: "json" }).$type<Record<string, unknown>>().notNull(),
    createdAt: time("created_at").notNull(),
    expiresAt: time("expires_at").notNull(),
  },
  (table) => [index("one_time_token_expires").on(table.expiresAt)],
);

export const passkey = sqliteTable(
  "passkey",
  {
    /** The credential's id, base64url. */
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    name: text().notNull(),
    /** COSE key, base64url. */
    publicKey: text("public_key").notNull(),
    counter: integer().notNull(),
    transports: text({ mode: "json" }).$type<string[]>().notNull(),
    createdAt: time("created_at").notNull(),
    lastUsedAt: time("last_used_at"),
  },
  (table) => [index("passkey_user").on(table.userId)],
);

export const apiKey = sqliteTable(
  "api_key",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    name: text().notNull(),
    /** SHA-256 of the secret part, which is random enough to need nothing slower. */
    hash: text().notNull(),
    previousHash: text("previous_hash"),
    previousUntil: time("previous_until"),
    scopes: text({ mode: "json" }).$type<Scope[]>().notNull(),
    /** Ids of the collections that it is restricted to. */
    collections: text({ mode: "json" }).$type<string[]>(),
    rateLimit: text("rate_limit", { mode: "json" }).$type<RateLimit>(),
    createdAt: time("created_at").notNull(),
    expiresAt: time("expires_at"),
    lastUsedAt: time("last_used_at"),
    revokedAt: time("revoked_at"),
  },
  (table) => [index("api_key_user").on(table.userId, table.createdAt)],
);

/** The keys that access tokens are signed with. */
export const signingKey = sqliteTable("signing_key", {
  kid: text().primaryKey(),
  publicJwk: text("public_jwk", { mode: "json" }).$type<JsonWebKey>().notNull(),
  /** Encrypted with a key derived from AUTH_SECRET. */
  sealedPrivateJwk: text("sealed_private_jwk").notNull(),
  createdAt: time("created_at").notNull(),
  activeFrom: time("active_from").notNull(),
  /** From then on its tokens are refused. */
  retiresAt: time("retires_at"),
});

export const setting = sqliteTable("setting", {
  name: text().primaryKey(),
  value: text({ mode: "json" }).$type<unknown>().notNull(),
  updatedAt: time("updated_at").notNull(),
});
