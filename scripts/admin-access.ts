import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ApiError, Client } from "../cli/client.ts";
import { setUp } from "../cli/setup.ts";
import { SCOPES } from "../workers/contract/access.ts";
import { Me, type SetUp } from "../workers/contract/identity.ts";

/** How the scripts of this machine get in. */
export interface AdminAccess {
  /** An API key of the first super_admin. */
  key: string;
  /** A link that signs him in once, when one was made just now. */
  link: string | null;
}

/**
 * The admin's API key, from `admin-key` beside the data. Where there is none yet, or it holds no more, or an earlier
 * version made it for less than there is now, the service
 * is set up, or access to it recovered, with the setup token.
 */
export async function adminAccess(url: URL, dataDir: string, setupToken: string): Promise<AdminAccess> {
  const file = join(dataDir, "admin-key");
  const known = await readFile(file, "utf8").catch(() => null);
  if (known !== null && (await holds(url, known.trim()))) return { key: known.trim(), link: null };
  const { key, link } = await setUpOrRecover(url, setupToken);
  await writeFile(file, `${key.secret}\n`, { mode: 0o600 });
  return { key: key.secret, link: link.url };
}

async function holds(url: URL, key: string): Promise<boolean> {
  try {
    const { credential, scopes } = await new Client(url, key).send("GET", "/api/v1/auth/me", Me);
    return credential === "key" && SCOPES.every((scope) => scopes.includes(scope));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return false;
    throw error;
  }
}

async function setUpOrRecover(url: URL, setupToken: string): Promise<SetUp> {
  try {
    return await setUp(url, setupToken, {});
  } catch (error) {
    if (error instanceof ApiError && error.problem?.code === "already_set_up") {
      return setUp(url, setupToken, { recover: true });
    }
    throw error;
  }
}
