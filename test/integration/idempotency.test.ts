import { describe, expect, it } from "vitest";
import type { Document } from "../../workers/contract/documents.ts";
import { ok, post, problem, request, uploadForm, useFreshStores } from "../support/api.ts";

useFreshStores();

type Documents = { items: Document[]; next_cursor: string | null };

describe("an idempotency key", () => {
  it("makes a repeat get the first reply and do nothing", async () => {
    const send = (text: string, key: string) =>
      post("/api/v1/documents/text", { name: "note", text, collection: "keys" }, { "idempotency-key": key });
    const first = await ok<unknown>(send("One.", "k1"), 202);
    const repeat = await send("One.", "k1");
    expect([repeat.status, repeat.headers.get("idempotency-replayed")]).toEqual([202, "true"]);
    expect(await repeat.json()).toEqual(first);
    expect(await problem(send("Two.", "k1"))).toMatchObject({ status: 422, code: "idempotency_key_reused" });
    expect(await ok<unknown>(send("Two.", "k2"), 202)).toMatchObject({ document: { version: 2 } });
    expect(await problem(send("One.", "a key"))).toMatchObject({ code: "idempotency_key_invalid" });
  });

  it("lets only one of many racing requests act", async () => {
    const send = () =>
      request("/api/v1/documents", {
        method: "POST",
        headers: { "idempotency-key": "race" },
        body: uploadForm("Race.", "race.txt"),
      });
    const replies = await Promise.all(Array.from({ length: 8 }, send));
    const statuses = replies.map(({ status }) => status);
    expect(statuses.every((status) => status === 202 || status === 409)).toBe(true);
    const { items } = await ok<Documents>(request("/api/v1/documents?name=race.txt"));
    expect(items.map(({ version }) => version)).toEqual([1]);
  });

  it("of a request that failed can be used again", async () => {
    const send = (body: unknown) => post("/api/v1/collections", body, { "idempotency-key": "again" });
    await ok(post("/api/v1/collections", { name: "taken" }), 201);
    expect(await problem(send({ name: "taken" }))).toMatchObject({ code: "collection_exists" });
    await ok(send({ name: "free" }), 201);
  });
});
