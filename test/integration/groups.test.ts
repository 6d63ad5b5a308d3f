import { describe, expect, it } from "vitest";
import type { Group, User } from "../../workers/contract/identity.ts";
import { jsonInit, ok, post, problem, request, requestAs, useFreshStores } from "../support/api.ts";
import { addUser } from "../support/credentials.ts";

useFreshStores();

const make = (name: string) => ok<Group>(post("/api/v1/groups", { name }), 201);
const member = (group: string, user: string, method: string) =>
  request(`/api/v1/groups/${group}/members/${user}`, { method });

describe("groups", () => {
  it("are made, filled, emptied and deleted", async () => {
    const crew = await make("crew");
    expect(await problem(post("/api/v1/groups", { name: "crew" }))).toMatchObject({ code: "group_exists" });
    const { userId } = await addUser("read");
    for (let time = 0; time < 2; time += 1) expect((await member(crew.id, userId, "PUT")).status).toBe(204);
    const members = await ok<{ items: User[] }>(request(`/api/v1/groups/${crew.id}/members`));
    expect(members.items.map(({ id }) => id)).toEqual([userId]);
    const groups = await ok<{ items: Group[] }>(request("/api/v1/groups"));
    expect(groups.items).toEqual([{ ...crew, members: 1 }]);
    expect((await member(crew.id, userId, "DELETE")).status).toBe(204);
    expect(await problem(member(crew.id, userId, "DELETE"))).toMatchObject({ code: "user_not_found" });
    expect((await request(`/api/v1/groups/${crew.id}`, { method: "DELETE" })).status).toBe(204);
    expect(await problem(request(`/api/v1/groups/${crew.id}/members`))).toMatchObject({
      code: "group_not_found",
    });
    const events = await ok<{ items: { action: string }[] }>(request(`/api/v1/audit?target=${crew.id}`));
    expect(events.items.map(({ action }) => action)).toEqual([
      "group.deleted",
      "group.member_removed",
      "group.member_added",
      "group.created",
    ]);
  });

  it("open and close collections to their members", async () => {
    await ok(post("/api/v1/collections", { name: "logbooks" }), 201);
    const crew = await make("crew");
    const { userId, key } = await addUser("read");
    const read = () => requestAs(key, "/api/v1/collections/logbooks");
    expect(await problem(read())).toMatchObject({ status: 404 });
    await ok(
      request(`/api/v1/collections/logbooks/grants/group/${crew.id}`, jsonInit("PUT", { level: "read" })),
    );
    expect(await problem(read())).toMatchObject({ status: 404 });
    await member(crew.id, userId, "PUT");
    await ok(read());
    await member(crew.id, userId, "DELETE");
    expect(await problem(read())).toMatchObject({ status: 404 });
    await member(crew.id, userId, "PUT");
    await ok(read());
    await request(`/api/v1/groups/${crew.id}`, { method: "DELETE" });
    expect(await problem(read())).toMatchObject({ status: 404 });
  });

  it("are no matter of those who are no admins", async () => {
    const { key } = await addUser("write");
    expect(await problem(requestAs(key, "/api/v1/groups"))).toMatchObject({ status: 403 });
    expect(await problem(requestAs(key, "/api/v1/groups", jsonInit("POST", { name: "x" })))).toMatchObject({
      status: 403,
    });
  });
});
