import { describe, expect, it } from "vitest";
import { grantRepository } from "../../../workers/storage/access/grants.ts";
import { groupRepository } from "../../../workers/storage/access/groups.ts";
import { addUser, count, cursors, database, event, useFreshDatabase } from "./identity-fixtures.ts";

useFreshDatabase();

const groups = groupRepository(database, cursors);
const grants = grantRepository(database, cursors);
const RESOURCE = { kind: "collection", id: "col_default" } as const;
const addGroup = (name: string) => groups.create(groups.newId(), name, [event()]);

describe("groups", () => {
  it("have names of their own, and page by them", async () => {
    for (const name of ["pilots", "crew", "office"]) await addGroup(name);
    await expect(addGroup("crew")).rejects.toMatchObject({ code: "group_exists" });
    expect(await count("audit_outbox")).toBe(3);
    const first = await groups.list({ limit: 2 });
    const rest = await groups.list({ limit: 2, cursor: first.next_cursor ?? "" });
    expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(["crew", "office", "pilots"]);
    expect(rest.next_cursor).toBeNull();
  });

  it("have members, who are told of once", async () => {
    const crew = await addGroup("crew");
    const people = [await addUser("a@example.org", "read"), await addUser("b@example.org", "read")];
    const before = await count("audit_outbox");
    for (const { id } of [...people, ...people]) await groups.addMember(crew.id, id, [event()]);
    expect(await count("audit_outbox")).toBe(before + 2);
    expect((await groups.list({ limit: 1 })).items[0]?.members).toBe(2);
    const first = await groups.members(crew.id, { limit: 1 });
    const rest = await groups.members(crew.id, { limit: 1, cursor: first.next_cursor ?? "" });
    expect([...first.items, ...rest.items].map(({ id }) => id).sort()).toEqual(
      people.map(({ id }) => id).sort(),
    );
    const [ada] = people;
    await groups.removeMember(crew.id, ada?.id ?? "", [event()]);
    await expect(groups.removeMember(crew.id, ada?.id ?? "", [event()])).rejects.toMatchObject({
      code: "user_not_found",
    });
    await expect(groups.addMember(crew.id, "usr_none", [event()])).rejects.toMatchObject({
      code: "user_not_found",
    });
    await expect(groups.addMember("grp_none", ada?.id ?? "", [event()])).rejects.toMatchObject({
      code: "group_not_found",
    });
    await expect(groups.members("grp_none", { limit: 1 })).rejects.toMatchObject({ code: "group_not_found" });
    expect(await count("audit_outbox")).toBe(before + 3);
  });

  it("take their grants with them", async () => {
    const crew = await addGroup("crew");
    await grants.set(RESOURCE, { kind: "group", id: crew.id }, "read", [event()]);
    await groups.remove(crew.id, [event()]);
    expect(await count("access_grant")).toBe(0);
    await expect(groups.remove(crew.id, [event()])).rejects.toMatchObject({ code: "group_not_found" });
  });
});

describe("grants", () => {
  it("replace each other, and name their subjects", async () => {
    const ada = await addUser("ada@example.org", "read");
    const crew = await addGroup("crew");
    await grants.set(RESOURCE, { kind: "user", id: ada.id }, "read", [event()]);
    await grants.set(RESOURCE, { kind: "group", id: crew.id }, "write", [event()]);
    await grants.set(RESOURCE, { kind: "user", id: ada.id }, "manage", [event()]);
    const first = await grants.list(RESOURCE, { limit: 1 });
    const rest = await grants.list(RESOURCE, { limit: 1, cursor: first.next_cursor ?? "" });
    expect([...first.items, ...rest.items].map(({ subject, level }) => [subject.name, level])).toEqual([
      ["crew", "write"],
      ["ada@example.org", "manage"],
    ]);
    expect(rest.next_cursor).toBeNull();
  });

  it("that change nothing are told to nobody", async () => {
    const ada = await addUser("ada@example.org", "read");
    const subject = { kind: "user", id: ada.id } as const;
    const first = await grants.set(RESOURCE, subject, "read", [event()]);
    const before = await count("audit_outbox");
    expect(await grants.set(RESOURCE, subject, "read", [event()])).toEqual(first);
    expect(await count("audit_outbox")).toBe(before);
  });

  it("need somebody to go to and something to be on", async () => {
    const ada = await addUser("ada@example.org", "read");
    const before = await count("audit_outbox");
    const refused = async (code: string, act: Promise<unknown>) =>
      expect(act).rejects.toMatchObject({ code });
    await refused("user_not_found", grants.set(RESOURCE, { kind: "user", id: "usr_x" }, "read", [event()]));
    await refused("group_not_found", grants.set(RESOURCE, { kind: "group", id: ada.id }, "read", [event()]));
    const subject = { kind: "user", id: ada.id } as const;
    await refused(
      "collection_not_found",
      grants.set({ kind: "collection", id: "col_x" }, subject, "read", [event()]),
    );
    await refused(
      "document_not_found",
      grants.set({ kind: "document", id: "doc_x" }, subject, "read", [event()]),
    );
    await refused("grant_not_found", grants.remove(RESOURCE, subject, [event()]));
    expect(await count("audit_outbox")).toBe(before);
    await grants.set(RESOURCE, subject, "read", []);
    await grants.remove(RESOURCE, subject, [event()]);
    expect(await count("access_grant")).toBe(0);
  });
});
