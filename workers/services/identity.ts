import type { RuntimeSettings } from "../contract/settings.ts";
import { signingKeyCache, signingKeyRing } from "../identity/signing-key-ring.ts";
import { commonPasswords } from "../providers/common-passwords.ts";
import { grantRepository } from "../storage/access/grants.ts";
import { groupRepository } from "../storage/access/groups.ts";
import { principalRepository } from "../storage/access/principals.ts";
import { apiKeyRepository } from "../storage/identity/api-keys.ts";
import { oneTimeTokenRepository } from "../storage/identity/one-time-tokens.ts";
import { passkeyRepository } from "../storage/identity/passkeys.ts";
import { runtimeSettingsRepository } from "../storage/identity/runtime-settings.ts";
import { sessionRepository } from "../storage/identity/sessions.ts";
import { setupRepository } from "../storage/identity/setup.ts";
import { signingKeyStore } from "../storage/identity/signing-keys.ts";
import { userRepository } from "../storage/identity/users.ts";
import { Recent } from "../storage/recent.ts";
import type { Base } from "./base.ts";
import type { documentServices } from "./documents.ts";

const recentSettings = new Recent<RuntimeSettings>("settings");
const signingKeys = signingKeyCache();

/** What is known of the signing keys is no more so: the stores were exchanged. */
export const forgetSigningKeys = (): void => void Object.assign(signingKeys, signingKeyCache());

/** Who there is, how they get in, and what they may do. */
export function identityServices(
  { env, db, settings, cursors, background }: Base,
  { searchScopes }: ReturnType<typeof documentServices>,
) {
  const principals = principalRepository(db, background);
  const stored = runtimeSettingsRepository(db);
  return {
    users: userRepository(db, cursors),
    sessions: sessionRepository(db),
    passkeys: passkeyRepository(db),
    oneTimeTokens: oneTimeTokenRepository(db),
    apiKeys: apiKeyRepository(db, cursors),
    setup: setupRepository(db),
    groups: groupRepository(db, cursors),
    grants: grantRepository(db, cursors),
    signingKeys: signingKeyRing({
      store: signingKeyStore(db),
      authSecret: settings.AUTH_SECRET,
      cache: signingKeys,
      background,
    }),
    commonPasswords: () => commonPasswords(env.ASSETS),
    principals,
    /** What admins set, as of a few seconds ago. */
    runtimeSettings: (): Promise<RuntimeSettings> =>
      recentSettings.get("all", () => stored.load(), background),
    storedSettings: stored,
    /** To be called where users, groups, grants, keys, sessions or settings change. */
    forgetRights() {
      principals.forget();
      searchScopes.forget();
      recentSettings.forget();
    },
  };
}
