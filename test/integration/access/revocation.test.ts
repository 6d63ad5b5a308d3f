import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  addText,
  ingestAll,
  jsonInit,
  ok,
  post,
  problem,
  request,
  requestAs,
  useFreshStores,
} from "../../support/api.ts";
import { addSession, addUser, type Somebody } from "../../support/credentials.ts";

useFreshStores();

const SECONDS = 1000;
let somebody: Somebody;

const read = (credential: string) => requestAs(credential, "/api/v1/collections/staff");
const write = (credential: string) =>
  requestAs(
    credential,
    "/api/v1/documents/text",
    jsonInit("POST", { name: "a", text: "A.", collection: "staff" }),
  );

/** What another isolate does: this one is not told of it. */
const elsewhere = (statement: string, ...values: unknown[]) =>
  env.DB.prepare(statement)
    .bind(...values)
    .run();

beforeEach(async () => {
  somebody = await addUser("write");
  await ok(post("/api/v1/collections", { name: "staff" }), 201);
  await ok(
    request(`/api/v1/collections/staff/grants/user/${somebody.userId}`, jsonInit("PUT", { level: "write" })),
  );
  await ok(read(somebody.key));
});

afterEach(() => vi.useRealTimers());

/** Lets five seconds pass for what isolates remember. */
function passFiveSeconds(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5 * SECONDS + 1 });
}

describe("revoking", () => {
  it("a key reaches writes at once and reads within five seconds", async () => {
    await elsewhere("UPDATE api_key SET revoked_at = 1 WHERE user_id = ?", somebody.userId);
    expect(await problem(write(somebody.key))).toMatchObject({ status: 401, code: "credential_invalid" });
    passFiveSeconds();
    expect(await problem(read(somebody.key))).toMatchObject({ status: 401, code: "credential_invalid" });
  });

  it("a session reaches writes at once and reads within five seconds", async () => {
    const { sessionId, token } = await addSession(somebody.userId, "write");
    await ok(read(token));
    await elsewhere("UPDATE session SET ended_at = 1 WHERE id = ?", sessionId);
    expect(await problem(write(token))).toMatchObject({ status: 401, code: "session_ended" });
    passFiveSeconds();
    expect(await problem(read(token))).toMatchObject({ status: 401, code: "session_ended" });
  });

  it("a grant reaches writes at once and reads within five seconds", async () => {
    await elsewhere("DELETE FROM access_grant WHERE subject_id = ?", somebody.userId);
    expect(await problem(write(somebody.key))).toMatchObject({ code: "collection_not_found" });
    passFiveSeconds();
    expect(await problem(read(somebody.key))).toMatchObject({ code: "collection_not_found" });
  });

  it("a role reaches writes at once, whatever the token says", async () => {
    const { token } = await addSession(somebody.userId, "write");
    await elsewhere("UPDATE user SET role = 'read' WHERE id = ?", somebody.userId);
    expect(await problem(write(token))).toMatchObject({ code: "permission_denied" });
  });

  it("a user who is disabled locks out all of his keys and sessions", async () => {
    const { token } = await addSession(somebody.userId, "write");
    await ok(request(`/api/v1/users/${somebody.userId}`, jsonInit("PATCH", { state: "disabled" })));
    expect((await read(token)).status).toBe(401);
    expect((await read(somebody.key)).status).toBe(401);
  });

  it("the right to a document reaches searches within five seconds", async () => {
    const { document } = await addText("plan.md", "The plan is to sail at dawn.", { collection: "staff" });
    await ingestAll();
    const search = () =>
      requestAs(
        somebody.key,
        "/api/v1/search",
        jsonInit("POST", { question: "When do we sail?", collection: "staff" }),
      );
    expect((await ok<{ passages: unknown[] }>(search())).passages).toHaveLength(1);
    await elsewhere("UPDATE document SET restricted = 1 WHERE id = ?", document.id);
    passFiveSeconds();
    expect((await ok<{ passages: unknown[] }>(search())).passages).toEqual([]);
  });
});
