import type { PreparedEvent } from "../audit/event.ts";
import type { SigningKey } from "../contract/identity.ts";
import type { Signer } from "./access-tokens.ts";
import {
  LEAD_MS,
  makeSigningKey,
  OVERLAP_MS,
  openSigningKey,
  type SigningKeyPair,
  type StoredSigningKey,
} from "./signing-keys.ts";

/** Where pairs of keys are stored. Each call is one transaction. */
export interface SigningKeyStore {
  /** All that are stored, retired ones too. */
  load(): Promise<StoredSigningKey[]>;
  /** Retires those that cannot be used, then adds the key if no other is left: of many who try at once, one does. */
  addFirst(key: StoredSigningKey, unusable: string[]): Promise<void>;
  /** Adds the key; all others retire then, if they do not sooner. */
  replace(key: StoredSigningKey, retiresAt: number, events: PreparedEvent[]): Promise<void>;
}

/** A public key as others get it. */
export interface PublicSigningKey {
  kty: "RSA";
  use: "sig";
  alg: "RS256";
  kid: string;
  n: string;
  e: string;
}

/** What an isolate knows of the keys, over all of its requests. Times are epoch milliseconds. */
export interface SigningKeyCache {
  pairs: Map<string, SigningKeyPair>;
  loadedAt: number;
  refreshingSince: number;
  /** When the id of a key that is not known last made us look. */
  lookedAt: number;
}

export const signingKeyCache = (): SigningKeyCache => ({
  pairs: new Map(),
  loadedAt: 0,
  refreshingSince: 0,
  lookedAt: 0,
});

export interface RingPorts {
  store: SigningKeyStore;
  authSecret: string;
  cache: SigningKeyCache;
  background: (work: Promise<unknown>) => void;
  now?: () => number;
}

/** Older knowledge is renewed in the background, so that a busy isolate never waits for it. */
const REFRESH_MS = 2_500;
/** Still older knowledge is not used. */
const STALE_MS = 5_000;
const LOOK_AGAIN_MS = 2_000;
const DAY_MS = 86_400_000;

type EventsOf = (kid: string) => Promise<PreparedEvent[]>;
const noEvents: EventsOf = async () => [];

export type SigningKeyRing = ReturnType<typeof signingKeyRing>;

/**
 * The keys that access tokens are signed with. A new one is published first, signs when all others know it, and the one
 * that it replaces is accepted until its last token has run out: nobody who is signed in notices a rotation.
 */
export function signingKeyRing({ store, authSecret, cache, background, now = Date.now }: RingPorts) {
  const load = async (): Promise<{ pairs: SigningKeyPair[]; unusable: string[] }> => {
    const startedAt = now();
    const stored = (await store.load()).filter((key) => key.retiresAt === null || key.retiresAt > now());
    const opened = await Promise.all(
      stored.map((key) => {
        const known = cache.pairs.get(key.kid);
        return known === undefined ? openSigningKey(authSecret, key) : { ...known, ...key };
      }),
    );
    const pairs = opened.filter((pair) => pair !== null);
    if (startedAt >= cache.loadedAt) {
      cache.pairs = new Map(pairs.map((pair) => [pair.kid, pair]));
      cache.loadedAt = startedAt;
    }
    const usable = new Set(pairs.map((pair) => pair.kid));
    return { pairs, unusable: stored.map((key) => key.kid).filter((kid) => !usable.has(kid)) };
  };

  /** The pairs whose tokens are accepted, as of a few seconds ago. */
  const recent = async (): Promise<SigningKeyPair[]> => {
    const age = now() - cache.loadedAt;
    if (age > STALE_MS) await load();
    else if (age > REFRESH_MS && now() - cache.refreshingSince > REFRESH_MS) {
      cache.refreshingSince = now();
      background(load());
    }
    return Array.from(cache.pairs.values()).filter(
      (pair) => pair.retiresAt === null || pair.retiresAt > now(),
    );
  };

  /** The pair that signs, among all that are stored now; the first use of a store makes it. */
  const current = async (): Promise<SigningKeyPair> => {
    const { pairs, unusable } = await load();
    const found = signerAmong(pairs, now());
    if (found !== null) return found;
    const first = await makeSigningKey(authSecret, { createdAt: now(), activeFrom: now() });
    await store.addFirst(first, unusable);
    const added = signerAmong((await load()).pairs, now());
    if (added === null) throw new Error("The store keeps no signing key.");
    return added;
  };

  const rotate = async ({ revoke }: { revoke: boolean }, eventsOf: EventsOf = noEvents): Promise<void> => {
    await current();
    const createdAt = now();
    const activeFrom = revoke ? createdAt : createdAt + LEAD_MS;
    const key = await makeSigningKey(authSecret, { createdAt, activeFrom });
    await store.replace(key, revoke ? createdAt : activeFrom + OVERLAP_MS, await eventsOf(key.kid));
    await load();
  };

  return {
    /** What to sign with. It always asks the store: a key that was revoked a moment ago must not sign. */
    currentSigner: async (): Promise<Signer> => current(),

    /** The public key of an id, or null when it is none of ours or is not accepted any more. */
    async verificationKeyFor(kid: string): Promise<CryptoKey | null> {
      const find = (pairs: SigningKeyPair[]) => pairs.find((pair) => pair.kid === kid)?.publicKey ?? null;
      const found = find(await recent());
      if (found !== null || now() - cache.lookedAt <= LOOK_AGAIN_MS) return found;
      cache.lookedAt = now();
      return find((await load()).pairs);
    },

    /** The public keys for a JSON Web Key Set (RFC 7517), those that sign later included. */
    async publicKeys(): Promise<PublicSigningKey[]> {
      const known = await recent();
      return (known.length > 0 ? known : [await current()]).map(publicPartOf);
    },

    async list(): Promise<SigningKey[]> {
      const { kid: signing } = await current();
      const pairs = (await recent()).toSorted((a, b) => b.activeFrom - a.activeFrom);
      return pairs.map((pair) => ({
        kid: pair.kid,
        state: pair.kid === signing ? "current" : pair.activeFrom > now() ? "next" : "retiring",
        created_at: new Date(pair.createdAt).toISOString(),
        active_from: new Date(pair.activeFrom).toISOString(),
        retires_at: pair.retiresAt === null ? null : new Date(pair.retiresAt).toISOString(),
      }));
    },

    /**
     * Puts a new key in the place of the present one. With `revoke` (the old keys are known to others) it signs at
     * once and their tokens are refused: here now, in other isolates within 5 seconds.
     */
    rotate,

    /** Rotates when the newest key is older than that. @returns whether it did */
    async rotateIfDue(days: number, eventsOf: EventsOf = noEvents): Promise<boolean> {
      await current();
      const newest = Math.max(...(await recent()).map((pair) => pair.createdAt));
      if (now() - newest < days * DAY_MS) return false;
      await rotate({ revoke: false }, eventsOf);
      return true;
    },
  };
}

function publicPartOf({ kid, publicJwk: { n, e } }: SigningKeyPair): PublicSigningKey {
  if (n === undefined || e === undefined) throw new Error(`The signing key ${kid} is no RSA key.`);
  return { kty: "RSA", use: "sig", alg: "RS256", kid, n, e };
}

/**
 * The pair that became active last; of two at once, the same one for everybody. Where a clock is behind and none is
 * active yet, the one that will be first.
 */
function signerAmong(pairs: SigningKeyPair[], now: number): SigningKeyPair | null {
  const inOrder = pairs.toSorted((a, b) => a.activeFrom - b.activeFrom || (a.kid < b.kid ? -1 : 1));
  return inOrder.findLast((pair) => pair.activeFrom <= now) ?? inOrder[0] ?? null;
}
