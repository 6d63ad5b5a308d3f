import type { GrantLevel, Role, Visibility } from "../api/contract.ts";

/** What each role may do, for people. */
export const ROLE_WORDS: Record<Role, string> = {
  read: "Reader: asks and reads",
  write: "Writer: adds documents, makes collections",
  admin: "Admin: manages people and sees everything",
  super_admin: "Super admin: manages admins and signing keys",
};

/** What each level of a grant allows, for people. */
export const LEVEL_WORDS: Record<GrantLevel, string> = {
  read: "May read",
  write: "May change documents",
  manage: "May also share",
};

/** Who reads a collection without a grant, for people. */
export const VISIBILITY_WORDS: Record<Visibility, string> = {
  public: "Everybody, signed in or not",
  internal: "All who are signed in",
  private: "Only those named below",
};
