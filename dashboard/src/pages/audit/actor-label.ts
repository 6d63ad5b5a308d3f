import type { AuditEvent } from "../../api/admin-contract.ts";

/** Who did it, in a few words: "usr_1", "key 4Qk0 of usr_1", "nobody signed in". */
export function actorLabel({ actor }: AuditEvent): string {
  if (actor.kind === "system") return "the system";
  if (actor.kind === "anonymous") return "nobody signed in";
  if (actor.kind === "key") return `key ${actor.id ?? "?"} of ${actor.user_id ?? "?"}`;
  return actor.user_id ?? actor.id ?? "a user";
}
