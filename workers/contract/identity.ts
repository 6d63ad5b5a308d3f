import { z } from "zod";
import { Role, Scope, Tier } from "./access.ts";
import { CollectionName } from "./collections.ts";
import { pageOf } from "./pagination.ts";

export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 256;

export const Email = z
  .string()
  .trim()
  .max(254)
  .transform((address) => address.toLowerCase())
  .pipe(z.string().regex(/^[^\s@<>"]{1,64}@[^\s@<>"]+$/, "an address such as ada@example.org"))
  .meta({ example: "ada@example.org" });
export const PersonName = z.string().trim().min(1).max(200);

/** Where the tokens go: into HttpOnly cookies, for pages of ours, or into the reply, for programs. */
const Transport = z.enum(["cookie", "token"]).default("token");
const DeviceName = z.string().trim().min(1).max(100);

export const SignIn = z.strictObject({
  email: Email,
  password: z.string().min(1).max(MAX_PASSWORD),
  transport: Transport,
  device_name: DeviceName.optional(),
});

export const SignInByLink = z.strictObject({
  token: z.string().min(1).max(200),
  transport: Transport,
  device_name: DeviceName.optional(),
});

export const Refresh = z.strictObject({
  refresh_token: z.string().max(300).optional().describe("Left out when it is in the cookie"),
});

export const User = z
  .object({
    id: z.string().meta({ example: "usr_01k9t3v6m2c8q4r5x7y1z0w9hb" }),
    email: z.string(),
    name: z.string(),
    role: Role,
    tier: Tier,
    state: z.enum(["active", "disabled"]),
    has_password: z.boolean(),
    passkeys: z.int(),
    created_at: z.iso.datetime(),
    last_sign_in_at: z.iso.datetime().nullable(),
  })
  .meta({ id: "User" });
export type User = z.infer<typeof User>;
export const UserPage = pageOf(User).meta({ id: "UserPage" });

/** A session that has begun or goes on. The tokens are absent when they went into cookies. */
export const SignedIn = z
  .object({
    user: User,
    session_id: z.string(),
    access_token: z.string().optional(),
    access_expires_at: z.iso.datetime(),
    refresh_token: z.string().optional(),
    refresh_expires_at: z.iso.datetime(),
  })
  .meta({ id: "SignedIn" });
export type SignedIn = z.infer<typeof SignedIn>;

/** Who is asking: what the credential of this very request allows. */
export const Me = z
  .object({
    user: User.nullable().describe("Null for nobody in particular"),
    credential: z.enum(["session", "key", "none"]),
    session_id: z.string().nullable(),
    key_id: z.string().nullable(),
    role: Role.nullable(),
    scopes: z.array(Scope),
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof Me>;

export const ChangePassword = z.strictObject({
  current_password: z
    .string()
    .max(MAX_PASSWORD)
    .optional()
    .describe("Not needed right after signing in by a link, or when there is none yet"),
  new_password: z.string().min(MIN_PASSWORD).max(MAX_PASSWORD),
});

export const Session = z
  .object({
    id: z.string().meta({ example: "ses_01k9t3v6m2c8q4r5x7y1z0w9hb" }),
    device_name: z.string(),
    current: z.boolean(),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    address: z.string().nullable().describe("The network address that it was last refreshed from"),
  })
  .meta({ id: "Session" });
export type Session = z.infer<typeof Session>;
export const SessionList = z.object({ items: z.array(Session) }).meta({ id: "SessionList" });
export const RenameSession = z.strictObject({ device_name: DeviceName });

export const Ticket = z.object({ ticket: z.string(), expires_at: z.iso.datetime() }).meta({ id: "Ticket" });

export const Passkey = z
  .object({
    id: z.string(),
    name: z.string(),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .meta({ id: "Passkey" });
export type Passkey = z.infer<typeof Passkey>;
export const PasskeyList = z.object({ items: z.array(Passkey) }).meta({ id: "PasskeyList" });
/** Options for `navigator.credentials`, as WebAuthn Level 3 writes them in JSON, and the token that belongs to them. */
export const PasskeyOptions = z
  .object({ challenge_token: z.string(), options: z.looseObject({}) })
  .meta({ id: "PasskeyOptions" });
export const AddPasskey = z.strictObject({
  challenge_token: z.string().max(200),
  name: z.string().trim().min(1).max(100),
  response: z.looseObject({}),
});
export const SignInByPasskey = z.strictObject({
  challenge_token: z.string().max(200),
  response: z.looseObject({}),
  transport: Transport,
  device_name: DeviceName.optional(),
});

export const CreateUser = z.strictObject({
  email: Email,
  name: PersonName.optional(),
  role: Role.default("read"),
  tier: z.enum(["authenticated", "premium"]).default("authenticated"),
});
export const UpdateUser = z
  .strictObject({
    name: PersonName.optional(),
    role: Role.optional(),
    tier: z.enum(["authenticated", "premium"]).optional(),
    state: z.enum(["active", "disabled"]).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, "name what is to change");

/** A link that signs its user in once. */
export const SignInLink = z
  .object({ url: z.string(), token: z.string(), expires_at: z.iso.datetime() })
  .meta({ id: "SignInLink" });
export type SignInLink = z.infer<typeof SignInLink>;
export const NewUser = z.object({ user: User, link: SignInLink }).meta({ id: "NewUser" });
export type NewUser = z.infer<typeof NewUser>;

export const GroupName = z.string().trim().min(1).max(100);
export const Group = z
  .object({ id: z.string(), name: z.string(), members: z.int(), created_at: z.iso.datetime() })
  .meta({ id: "Group" });
export type Group = z.infer<typeof Group>;
export const GroupPage = pageOf(Group).meta({ id: "GroupPage" });
export const CreateGroup = z.strictObject({ name: GroupName });

/** Requests a minute, and at once: within one second. */
export const RateLimit = z
  .strictObject({ per_minute: z.int().min(1).max(1_000_000), burst: z.int().min(1).max(100_000) })
  .meta({ id: "RateLimit" });
export type RateLimit = z.infer<typeof RateLimit>;

export const CreateKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(Scope).min(1).describe("What the key may be used for, within its owner's role"),
  collections: z
    .array(CollectionName)
    .min(1)
    .max(100)
    .optional()
    .describe("All that its owner sees when left out"),
  expires_at: z.iso.datetime().optional(),
  rate_limit: RateLimit.optional().describe("Set by admins; the owner's tier when left out"),
});
export const Key = z
  .object({
    id: z.string(),
    name: z.string(),
    hint: z.string().describe("How the key begins"),
    user_id: z.string(),
    scopes: z.array(Scope),
    collections: z.array(z.string()).nullable(),
    rate_limit: RateLimit.nullable(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable(),
    revoked_at: z.iso.datetime().nullable(),
  })
  .meta({ id: "Key" });
export type Key = z.infer<typeof Key>;
export const KeyPage = pageOf(Key).meta({ id: "KeyPage" });
/** The only time that the secret is shown. */
export const NewKey = z.object({ key: Key, secret: z.string() }).meta({ id: "NewKey" });
export type NewKey = z.infer<typeof NewKey>;
export const RotateKey = z.strictObject({
  overlap_seconds: z.int().min(0).max(604_800).default(0).describe("How long the old secret goes on to work"),
});

export const Setup = z.strictObject({
  email: Email.default("admin@localhost"),
  name: PersonName.optional(),
  recover: z.boolean().default(false).describe("Give the first super_admin a new key and link"),
});
export const SetUp = z.object({ user: User, link: SignInLink, key: NewKey }).meta({ id: "SetUp" });
export type SetUp = z.infer<typeof SetUp>;

export const SigningKey = z
  .object({
    kid: z.string(),
    state: z.enum(["next", "current", "retiring"]),
    created_at: z.iso.datetime(),
    active_from: z.iso.datetime(),
    retires_at: z.iso.datetime().nullable(),
  })
  .meta({ id: "SigningKey" });
export type SigningKey = z.infer<typeof SigningKey>;
export const SigningKeyList = z.object({ items: z.array(SigningKey) }).meta({ id: "SigningKeyList" });
export const RotateSigningKeys = z.strictObject({
  revoke: z
    .boolean()
    .default(false)
    .describe("The old keys are known to others: refuse their tokens at once"),
});
