import type { RouteLocationNormalized, RouteLocationRaw } from "vue-router";
import { Failure } from "./api/failure.ts";
import { readNote } from "./api/session-note.ts";
import { useCollections } from "./stores/collections.ts";
import { linkToken, takeLinkToken } from "./stores/link-token.ts";
import { useSession } from "./stores/session.ts";
import { safeNext, signInPath } from "./text/next-path.ts";

/** Lets a page be shown, or leads to the sign-in page. Which data somebody gets is for the server to decide. */
export async function guard(to: RouteLocationNormalized): Promise<RouteLocationRaw | true> {
  if (to.name === "login" && takeLinkToken(to.hash)) return { ...to, hash: "", replace: true };
  const session = useSession();
  const known = identify(session);
  if (to.name === "login") {
    await known;
    return session.isSignedIn && linkToken.value === undefined ? safeNext(to.query.next) : true;
  }
  // Who was signed in a moment ago still is, most likely: the page need not wait for the server to say so.
  if (to.meta.needs === undefined && readNote() !== null) return true;
  await known;
  if (!session.isAnonymous) return true;
  if (to.meta.needs === undefined && (await hasPublicCollection())) return true;
  return signInPath(to.fullPath);
}

// When the server does not answer, the page is shown: it tells of the failure, and offers to try again.
async function identify(session: ReturnType<typeof useSession>): Promise<void> {
  await session.load().catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
  });
}

async function hasPublicCollection(): Promise<boolean> {
  const collections = useCollections();
  await collections.settled();
  return collections.failure !== undefined || collections.items.length > 0;
}
