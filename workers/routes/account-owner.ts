import type { Context } from "hono";
import { AppError } from "../errors.ts";
import type { AppEnv } from "../middleware/context.ts";

/** The user whose account it is: the one who asks. @throws AppError `credential_missing` */
export function ownIdOf(c: Context<AppEnv>): string {
  const { userId } = c.get("principal");
  if (userId === null) throw signedInOnly();
  return userId;
}

export const signedInOnly = () =>
  new AppError("credential_missing", { detail: "This is for those who are signed in." });
