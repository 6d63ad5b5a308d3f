import { beforeEach, describe, expect, it } from "vitest";
import type { Collection } from "../../../workers/contract/collections.ts";
import type { Document } from "../../../workers/contract/documents.ts";
import type { Answer, QueryRecord, SearchAnswer } from "../../../workers/contract/queries.ts";
import { forgetAll } from "../../../workers/storage/recent.ts";
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
import { addUser, type Somebody } from "../../support/credentials.ts";

useFreshStores();

const QUESTION = "How many days of leave do employees accrue?";
const OPEN = "Employees accrue twelve days of leave a year. Leave is asked for in writing.";
const SECRET = "Leave days, leave days: the board's employees accrue ninety days of leave.";

let reader: Somebody;
let secretId = "";

const search = (key: string, collection = "staff"): Promise<SearchAnswer> =>
  ok(requestAs(key, "/api/v1/search", jsonInit("POST", { question: QUESTION, collection, explain: true })));
const ask = (key: string, collection = "staff"): Promise<Answer> =>
  ok(requestAs(key, "/api/v1/query", jsonInit("POST", { question: QUESTION, collection, explain: true })));
const grant = async (resource: string, userId: string, level = "read") =>
  ok(request(`/api/v1/${resource}/grants/user/${userId}`, jsonInit("PUT", { level })));
const restrict = (id: string, restricted: boolean) =>
  ok(request(`/api/v1/documents/${id}`, jsonInit("PATCH", { restricted })));

const withoutTimings = (value: SearchAnswer | Answer) => ({ ...value, timings: null, id: null });

beforeEach(async () => {
  reader = await addUser("read");
  await ok(post("/api/v1/collections", { name: "staff" }), 201);
  await addText("handbook.md", OPEN, { collection: "staff" });
  await ingestAll();
  await grant("collections/staff", reader.userId);
});

/** Adds the document that the reader must not know of. */
async function addSecret(): Promise<void> {
  const accepted = await addText("board.md", SECRET, { collection: "staff" });
  secretId = accepted.document.id;
  await restrict(secretId, true);
  await ingestAll();
  forgetAll();
}

describe("a document that somebody may not read", () => {
  it("changes nothing in what searches and answers give, scores included", async () => {
    const before = { found: await search(reader.key), answer: await ask(reader.key) };
    await addSecret();
    expect(withoutTimings(await search(reader.key))).toEqual(withoutTimings(before.found));
    expect(withoutTimings(await ask(reader.key))).toEqual(withoutTimings(before.answer));
    const everything = await search((await addUser("admin")).key);
    expect(everything.passages.map(({ document_id }) => document_id)).toContain(secretId);
  });

  it("changes nothing in lists, counts and jobs", async () => {
    const look = async () => [
      await ok<Collection>(requestAs(reader.key, "/api/v1/collections/staff")),
      await ok(requestAs(reader.key, "/api/v1/collections")),
      await ok(requestAs(reader.key, "/api/v1/documents?sort=name")),
      await ok(requestAs(reader.key, "/api/v1/ingestion/jobs")),
    ];
    const before = await look();
    await addSecret();
    expect(await look()).toEqual(before);
  });

  it("is answered for as if there were none", async () => {
    await addSecret();
    const { job_id } = await ok<Document>(request(`/api/v1/documents/${secretId}`));
    const paths = ["", "/versions", "/text", "/chunks", "/content", "/grants"].map((part) => [
      `/api/v1/documents/`,
      part,
    ]);
    const writer = await addUser("write");
    await grant("collections/staff", writer.userId, "manage");
    for (const [start, part] of paths) {
      const mine = await problem(requestAs(writer.key, `${start}${secretId}${part}`));
      const none = await problem(requestAs(writer.key, `${start}doc_nothing${part}`));
      expect([mine.status, mine.code, mine.detail.replace(secretId, "doc_nothing")], part).toEqual([
        none.status,
        none.code,
        none.detail,
      ]);
    }
    expect(await problem(requestAs(writer.key, `/api/v1/ingestion/jobs/${job_id}`))).toMatchObject({
      code: "job_not_found",
    });
    const remove = requestAs(writer.key, `/api/v1/documents/${secretId}`, { method: "DELETE" });
    expect(await problem(remove)).toMatchObject({ code: "document_not_found" });
  });

  it("is not overwritten by its name either", async () => {
    await addSecret();
    const writer = await addUser("write");
    await grant("collections/staff", writer.userId, "write");
    const overwrite = requestAs(
      writer.key,
      "/api/v1/documents/text",
      jsonInit("POST", { name: "board.md", text: "Mine now.", collection: "staff" }),
    );
    expect(await problem(overwrite)).toMatchObject({ status: 403, code: "permission_denied" });
  });

  it("is not found out by uploading to its id", async () => {
    await addSecret();
    const writer = await addUser("write");
    await grant("collections/staff", writer.userId, "write");
    const uploadTo = (id: string) => {
      const path = `/api/v1/documents?name=mine.txt&collection=staff&document_id=${id}`;
      return problem(requestAs(writer.key, path, { method: "POST", body: "Mine now." }));
    };
    const [secret, none] = [await uploadTo(secretId), await uploadTo("doc_nothing")];
    expect([secret.code, secret.detail.replace(secretId, "doc_nothing")]).toEqual([none.code, none.detail]);
  });
});

describe("a single document that is granted", () => {
  it("opens itself and nothing else of its collection", async () => {
    await addSecret();
    const guest = await addUser("read");
    await grant(`documents/${secretId}`, guest.userId);
    forgetAll();
    const { passages } = await search(guest.key);
    expect(new Set(passages.map(({ document_id }) => document_id))).toEqual(new Set([secretId]));
    expect(await ok(requestAs(guest.key, "/api/v1/collections/staff"))).toMatchObject({
      documents: { ready: 1, running: 0, failed: 0 },
      chunks: 1,
    });
  });

  it("of one collection is no way into another", async () => {
    await addSecret();
    await ok(post("/api/v1/collections", { name: "finance" }), 201);
    const guest = await addUser("read");
    await grant(`documents/${secretId}`, guest.userId);
    const body = { question: QUESTION, collection: "finance" };
    const other = await problem(requestAs(guest.key, "/api/v1/search", jsonInit("POST", body)));
    const none = await problem(
      requestAs(guest.key, "/api/v1/search", jsonInit("POST", { ...body, collection: "nothing" })),
    );
    expect([other.code, other.detail.replace("finance", "nothing")]).toEqual([none.code, none.detail]);
  });
});

describe("the history", () => {
  it("shows people their own questions only", async () => {
    const { id } = await ask(reader.key);
    const other = await addUser("read");
    expect(await problem(requestAs(other.key, `/api/v1/queries/${id}`))).toMatchObject({
      code: "query_not_found",
    });
    expect(await ok(requestAs(other.key, "/api/v1/queries"))).toMatchObject({ items: [] });
    expect(await ok(request(`/api/v1/queries/${id}`))).toMatchObject({ id });
  });

  it("keeps an old answer back once its document is closed to the one who asked", async () => {
    const { id, citations } = await ask(reader.key);
    const cited = citations[0]?.document_id ?? "";
    await restrict(cited, true);
    forgetAll();
    const record = await ok<QueryRecord>(requestAs(reader.key, `/api/v1/queries/${id}`));
    expect(record).toMatchObject({ withheld: true, answer: "", citations: [], passages: [] });
    expect(JSON.stringify(record)).not.toContain("twelve");
  });
});
