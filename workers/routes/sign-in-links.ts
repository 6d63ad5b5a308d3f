import type { SignInLink } from "../contract/identity.ts";
import { makeOneTimeToken } from "../identity/one-time-tokens.ts";

const LINK_HOURS = 24;

/**
 * A link that signs its user in once, within a day: what is shown, and what is kept of it.
 *
 * @param address of the request: the link leads to where its maker reached us
 */
export function newSignInLink(address: string) {
  const { token, hash } = makeOneTimeToken();
  const expiresAt = Date.now() + LINK_HOURS * 3_600_000;
  const shown: SignInLink = {
    // In the fragment, so that it enters no server's log.
    url: `${new URL(address).origin}/login#link=${token}`,
    token,
    expires_at: new Date(expiresAt).toISOString(),
  };
  return { shown, stored: { hash, expiresAt } };
}
