import type { Context } from "hono";
import type { Author } from "../identity/author.ts";
import type { Viewer } from "../identity/principal.ts";
import { hasRole } from "../identity/principal.ts";
import { authenticateAgain } from "../middleware/authenticate.ts";
import { assertAuthorized } from "../middleware/authorize.ts";
import type { AppEnv } from "../middleware/context.ts";

export const viewerOf = (c: Context<AppEnv>): Viewer => c.get("principal").viewer;

/** Whoever sent the request, as the one who changes something. */
export function authorOf(c: Context<AppEnv>): Author {
  const { userId, viewer } = c.get("principal");
  return { userId, viewer, prepare: (draft) => c.get("audit").prepare(draft) };
}

/**
 * The same, as the stores know him now. A body may come for hours, and rights change meanwhile, also by the
 * collections that it makes itself.
 *
 * @throws AppError `credential_invalid`, `session_ended`, `permission_denied`, `scope_missing`
 */
export async function authorNow(c: Context<AppEnv>): Promise<Author> {
  await authenticateAgain(c);
  assertAuthorized(c);
  return authorOf(c);
}

/** Whose questions the one who asks may look at: admins those of all, others their own. */
export function askerOf(c: Context<AppEnv>) {
  const { userId, role, viewer } = c.get("principal");
  return { userId: hasRole(role, "admin") ? null : userId, viewer };
}
