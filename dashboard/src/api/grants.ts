import { Grant, type GrantLevel, GrantList } from "./contract.ts";
import { json } from "./encode.ts";
import { fetchJson, send } from "./request.ts";

/** What is shared: a collection by its name, a document by its id. */
export type Shared =
  | { readonly kind: "collection"; readonly name: string }
  | { readonly kind: "document"; readonly id: string };

export type Subject = Pick<Grant["subject"], "kind" | "id">;

export const listGrants = (shared: Shared, signal: AbortSignal) =>
  fetchJson(GrantList, `${grantsPath(shared)}?limit=200`, { signal });

/** Takes the place of the grant that the subject has. @throws {Failure} `user_not_found`, `group_not_found` */
export const setGrant = (shared: Shared, subject: Subject, level: GrantLevel) =>
  fetchJson(Grant, subjectPath(shared, subject), json({ level }, "PUT"));

export async function removeGrant(shared: Shared, subject: Subject): Promise<void> {
  await send(subjectPath(shared, subject), { method: "DELETE" });
}

function grantsPath(shared: Shared): string {
  return shared.kind === "collection"
    ? `/api/v1/collections/${encodeURIComponent(shared.name)}/grants`
    : `/api/v1/documents/${encodeURIComponent(shared.id)}/grants`;
}

const subjectPath = (shared: Shared, { kind, id }: Subject) =>
  `${grantsPath(shared)}/${kind}/${encodeURIComponent(id)}`;
