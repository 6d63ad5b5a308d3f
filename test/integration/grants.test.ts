import { beforeEach, describe, expect, it } from "vitest";
import type { Grant } from "../../workers/contract/access.ts";
import { addText, jsonInit, ok, post, problem, request, requestAs, useFreshStores } from "../support/api.ts";
import { addUser, type Somebody } from "../support/credentials.ts";

useFreshStores();

type Grants = { items: Grant[]; next_cursor: string | null };

const COLLECTION = "/api/v1/collections/logbooks";
let writer: Somebody;
let reader: Somebody;
let document = "";

beforeEach(async () => {
  writer = await addUser("write");
  reader = await addUser("read");
  await ok(post("/api/v1/collections", { name: "logbooks" }), 201);
  ({
    document: { id: document },
  } = await addText("june", "Fair wind.", { collection: "logbooks" }));
});

const give = (path: string, userId: string, level: string, key?: string) => {
  const address = `${path}/grants/user/${userId}`;
  const init = jsonInit("PUT", { level });
  return key === undefined ? request(address, init) : requestAs(key, address, init);
};
const takeBack = (path: string, userId: string) =>
  request(`${path}/grants/user/${userId}`, { method: "DELETE" });

describe("a grant on a collection", () => {
  it("opens it, and closes it when it is taken back", async () => {
    const read = () => requestAs(reader.key, COLLECTION);
    expect(await problem(read())).toMatchObject({ status: 404, code: "collection_not_found" });
    const grant = await ok<Grant>(give(COLLECTION, reader.userId, "read"));
    expect(grant).toMatchObject({
      subject: { kind: "user", id: reader.userId, name: "Name of read" },
      level: "read",
    });
    await ok(read());
    expect((await takeBack(COLLECTION, reader.userId)).status).toBe(204);
    expect(await problem(read())).toMatchObject({ status: 404 });
    expect(await problem(takeBack(COLLECTION, reader.userId))).toMatchObject({ code: "grant_not_found" });
  });

  it("is seen and given by those who manage it, nobody else", async () => {
    const denied = { status: 403, code: "permission_denied" };
    const list = () => requestAs(writer.key, `${COLLECTION}/grants`);
    expect(await problem(list())).toMatchObject({ status: 404, code: "collection_not_found" });
    for (const level of ["read", "write"]) {
      await ok(give(COLLECTION, writer.userId, level));
      expect(await problem(list())).toMatchObject(denied);
      expect(await problem(give(COLLECTION, reader.userId, "read", writer.key))).toMatchObject(denied);
    }
    await ok(give(COLLECTION, writer.userId, "manage"));
    await ok(give(COLLECTION, reader.userId, "read", writer.key));
    const { items } = await ok<Grants>(list());
    expect(items.map(({ subject, level }) => [subject.id, level]).sort()).toEqual(
      [
        [reader.userId, "read"],
        [writer.userId, "manage"],
      ].sort(),
    );
  });

  it("pages", async () => {
    await ok(give(COLLECTION, reader.userId, "read"));
    await ok(give(COLLECTION, writer.userId, "read"));
    const first = await ok<Grants>(request(`${COLLECTION}/grants?limit=1`));
    const rest = await ok<Grants>(request(`${COLLECTION}/grants?limit=1&cursor=${first.next_cursor}`));
    expect(first.items).toHaveLength(1);
    expect(rest.items).toHaveLength(1);
    expect(rest.next_cursor).toBeNull();
    expect(rest.items).not.toEqual(first.items);
  });

  it("goes to users and groups that exist", async () => {
    expect(await problem(give(COLLECTION, "usr_none", "read"))).toMatchObject({ code: "user_not_found" });
    const group = request(`${COLLECTION}/grants/group/${reader.userId}`, jsonInit("PUT", { level: "read" }));
    expect(await problem(group)).toMatchObject({ code: "group_not_found" });
    expect(await problem(give(COLLECTION, reader.userId, "own"))).toMatchObject({
      code: "validation_failed",
    });
  });
});

describe("a grant on a document", () => {
  it("opens it alone", async () => {
    const path = `/api/v1/documents/${document}`;
    const { document: other } = await addText("july", "No wind.", { collection: "logbooks" });
    const read = (id: string) => requestAs(reader.key, `/api/v1/documents/${id}`);
    expect(await problem(read(document))).toMatchObject({ status: 404, code: "document_not_found" });
    await ok(give(path, reader.userId, "read"));
    await ok(read(document));
    expect(await problem(read(other.id))).toMatchObject({ status: 404 });
    expect((await ok<Grants>(request(`${path}/grants`))).items.map(({ level }) => level)).toEqual(["read"]);
    expect((await takeBack(path, reader.userId)).status).toBe(204);
    expect(await problem(read(document))).toMatchObject({ status: 404 });
  });

  it("is given by those who manage it", async () => {
    const path = `/api/v1/documents/${document}`;
    expect(await problem(give(path, reader.userId, "read", writer.key))).toMatchObject({ status: 404 });
    await ok(give(path, writer.userId, "write"));
    expect(await problem(give(path, reader.userId, "read", writer.key))).toMatchObject({ status: 403 });
    await ok(give(path, writer.userId, "manage"));
    await ok(give(path, reader.userId, "read", writer.key));
  });

  it("stays with whoever closes the document to its collection", async () => {
    await ok(give(COLLECTION, writer.userId, "manage"));
    const path = `/api/v1/documents/${document}`;
    const close = requestAs(writer.key, path, jsonInit("PATCH", { restricted: true }));
    expect(await ok(close)).toMatchObject({ restricted: true, access: "manage" });
    await ok(requestAs(writer.key, path));
  });
});
