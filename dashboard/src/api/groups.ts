import { Group, GroupPage, UserPage } from "./contract.ts";
import { json, queryString } from "./encode.ts";
import { fetchJson, send } from "./request.ts";

const MOST_AT_ONCE = 200;

export const listGroups = (cursor: string | null, signal: AbortSignal) =>
  fetchJson(GroupPage, `/api/v1/groups${queryString({ cursor, limit: MOST_AT_ONCE })}`, { signal });

/** @throws {Failure} `group_exists` */
export const createGroup = (name: string) => fetchJson(Group, "/api/v1/groups", json({ name }));

/** Deletes a group with its grants. */
export async function deleteGroup(id: string): Promise<void> {
  await send(groupPath(id), { method: "DELETE" });
}

export const listMembers = (id: string, cursor: string | null, signal: AbortSignal) =>
  fetchJson(UserPage, `${groupPath(id)}/members${queryString({ cursor })}`, { signal });

export async function addMember(id: string, userId: string): Promise<void> {
  await send(memberPath(id, userId), { method: "PUT" });
}

export async function removeMember(id: string, userId: string): Promise<void> {
  await send(memberPath(id, userId), { method: "DELETE" });
}

const groupPath = (id: string) => `/api/v1/groups/${encodeURIComponent(id)}`;
const memberPath = (id: string, userId: string) => `${groupPath(id)}/members/${encodeURIComponent(userId)}`;
