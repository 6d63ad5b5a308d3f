import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type {
  BulkLine,
  ChunkPage,
  Document,
  DocumentText,
  VersionPage,
} from "../../workers/contract/documents.ts";
import {
  addText,
  ask,
  collection,
  deliver,
  ingestAll,
  job,
  ok,
  post,
  problem,
  request,
  runSchedules,
  search,
  upload,
  uploadForm,
  useFreshStores,
} from "../support/api.ts";

type Documents = { items: Document[]; next_cursor: string | null };

useFreshStores();

/** Lines of JSON, which the runtime does not take for text. */
const textOf = async (reply: Response): Promise<string> =>
  new TextDecoder().decode(await reply.arrayBuffer());

describe("a document", () => {
  it("is accepted with its job, and is ready once that ran", async () => {
    const accepted = await upload("The lighthouse was built in 1871.", "light.txt", {
      collection: "lights",
      title: "Lighthouses",
      metadata: '{"region":{"name":"north"}}',
    });
    expect(accepted).toMatchObject({
      document: { name: "light.txt", collection: "lights", version: 1, status: "queued" },
      job: { state: "queued" },
      unchanged: false,
    });
    await ingestAll();
    const done = await job(accepted.job.id);
    expect(done).toMatchObject({ state: "ready", percent: 100, attempts: 1 });
    expect(done.stages.map(({ stage }) => stage)).toEqual([
      "parse",
      "chunk",
      "embed",
      "index",
      "probe",
      "switch",
    ]);
    const document = await ok<Document>(request(`/api/v1/documents/${accepted.document.id}`));
    expect(document).toMatchObject({
      title: "Lighthouses",
      live_version: 1,
      mime_type: "text/plain",
      metadata: { region: { name: "north" } },
      status: "ready",
      chunks: 1,
    });
    expect(await collection("lights")).toMatchObject({
      documents: { ready: 1, running: 0, failed: 0 },
      chunks: 1,
    });
  });

  it("is taken as a raw body too, and told apart by content", async () => {
    const reply = await request("/api/v1/documents?name=page&collection=raw", {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: "<!doctype html><title>Tides</title><nav>Home</nav><main><p>High water is at noon.</p></main>",
    });
    expect(reply.status).toBe(202);
    await ingestAll();
    const { items } = await ok<Documents>(request("/api/v1/documents?collection=raw"));
    expect(items[0]).toMatchObject({ name: "page", mime_type: "text/html", title: "Tides" });
  });

  it("may have its fields before or after its file", async () => {
    const boundary = "b0undary";
    const part = (name: string, value: string, file = "") =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
    const body = `${part("file", "Words.", '; filename="w.txt"')}${part("collection", "late")}${part("name", "renamed.txt")}--${boundary}--\r\n`;
    const reply = await request("/api/v1/documents", {
      method: "POST",
      headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
      body,
    });
    expect(await reply.json()).toMatchObject({ document: { name: "renamed.txt", collection: "late" } });
  });

  it("with the same bytes is the same version, and with new bytes a new one", async () => {
    const first = await addText("rules.txt", "The speed limit is 5 knots.");
    await ingestAll();
    const again = await addText("rules.txt", "The speed limit is 5 knots.");
    expect(again).toMatchObject({
      document: { id: first.document.id, version: 1 },
      job: { id: first.job.id, state: "ready" },
      unchanged: true,
    });
    const changed = await addText("rules.txt", "The speed limit is 7 knots.");
    expect(changed).toMatchObject({ document: { id: first.document.id, version: 2 }, unchanged: false });
  });

  it("becomes the next version of the document that its upload names", async () => {
    const { document } = await upload("The dock is dry.", "dock.txt");
    const next = await upload("The dock is flooded.", "renamed.txt", { document_id: document.id });
    expect(next.document).toMatchObject({ id: document.id, name: "dock.txt", version: 2 });
    const raw = await request(`/api/v1/documents?name=x.txt&document_id=${document.id}`, {
      method: "POST",
      body: "The dock is full.",
    });
    expect(await raw.json()).toMatchObject({ document: { id: document.id, version: 3 } });
    const nowhere = request("/api/v1/documents?name=x.txt&document_id=doc_nowhere", {
      method: "POST",
      body: "Words.",
    });
    expect(await problem(nowhere)).toMatchObject({ status: 404, code: "document_not_found" });
  });

  it("of the same bytes but another type has a text of its own", async () => {
    const page = "<!doctype html><html><body><p>The <b>jetty</b> is closed.</p></body></html>";
    const { document: plain } = await addText("same.txt", page);
    const { document: html } = await upload(page, "same.html");
    await ingestAll();
    const textOfDocument = async (id: string) => (await request(`/api/v1/documents/${id}/text`)).text();
    expect(await textOfDocument(plain.id)).toBe(page);
    expect((await textOfDocument(html.id)).trim()).toBe("The jetty is closed.");
  });

  it("keeps a title that it was given while it was being ingested", async () => {
    const { document, job: queued } = await upload("# Old title\n\nThe winch is oiled.", "winch.md");
    await request(`/api/v1/documents/${document.id}`, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ title: "New title" }),
    });
    await deliver([queued.id]);
    expect(await ok<Document>(request(`/api/v1/documents/${document.id}`))).toMatchObject({
      title: "New title",
    });
  });

  it("that is uploaded while its collection is deleted is either in a collection or refused", async () => {
    for (let round = 0; round < 5; round += 1) {
      await addText("first", "First.", { collection: "fleeting" });
      const [reply] = await Promise.all([
        post("/api/v1/documents/text", { name: "second", text: "Second.", collection: "fleeting" }),
        request("/api/v1/collections/fleeting", { method: "DELETE" }),
      ]);
      expect([202, 404]).toContain(reply.status);
    }
    const orphans =
      "SELECT count(*) AS n FROM document WHERE collection_id NOT IN (SELECT id FROM collection)";
    expect(await env.DB.prepare(orphans).first("n")).toBe(0);
  });

  it("answers from the old version until the new one is live, and from the past when asked", async () => {
    const { document } = await addText("limit.txt", "The speed limit in the harbour is 5 knots.");
    await ingestAll();
    await addText("limit.txt", "The speed limit in the harbour is 7 knots.");
    const question = "What is the speed limit in the harbour?";
    expect((await ask(question)).answer).toContain("5 knots");
    await ingestAll();
    expect((await ask(question)).answer).toContain("7 knots");
    expect((await ask(question, { as_of: 1 })).answer).toContain("5 knots");
    const versions = await ok<z.infer<typeof VersionPage>>(
      request(`/api/v1/documents/${document.id}/versions`),
    );
    expect(versions.items.map(({ version }) => version)).toEqual([2, 1]);
    const [second, first] = versions.items;
    expect(first?.live_to).toBe(second?.live_from);
    const then = new Date(Date.parse(second?.live_from ?? "") - 1).toISOString();
    expect((await ask(question, { as_of: then })).answer).toContain("5 knots");
    const before = new Date(Date.parse(first?.live_from ?? "") - 1).toISOString();
    expect((await ask(question, { as_of: before })).passages).toEqual([]);
    expect(await (await request(`/api/v1/documents/${document.id}/text?version=1`)).text()).toContain(
      "5 knots",
    );
  });

  it("shows its text with pages, its chunks and its bytes", async () => {
    const body = "One. ".repeat(600);
    const { document } = await upload(body, "long.txt");
    await ingestAll();
    const text = await ok<DocumentText>(
      request(`/api/v1/documents/${document.id}/text`, { headers: { accept: "application/json" } }),
    );
    expect(text.pages).toEqual([{ page: 1, start: 0, end: text.text.length }]);
    const chunks: z.infer<typeof ChunkPage>["items"] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: z.infer<typeof ChunkPage> = await ok(
        request(`/api/v1/documents/${document.id}/chunks?limit=2${cursor && `&cursor=${cursor}`}`),
      );
      chunks.push(...page.items);
      cursor = page.next_cursor;
    }
    expect(chunks.length).toBeGreaterThan(2);
    for (const [ordinal, chunk] of chunks.entries()) {
      expect(chunk.ordinal).toBe(ordinal);
      expect(text.text.slice(chunk.start, chunk.end)).toBe(chunk.text);
    }
    const whole = await request(`/api/v1/documents/${document.id}/content`);
    expect([whole.status, await whole.text()]).toEqual([200, body]);
    const part = await request(`/api/v1/documents/${document.id}/content`, {
      headers: { range: "bytes=5-8" },
    });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([
      206,
      `bytes 5-8/${body.length}`,
      "One.",
    ]);
    const tail = await request(`/api/v1/documents/${document.id}/content`, {
      headers: { range: "bytes=-3" },
    });
    expect(await tail.text()).toBe("e. ");
    expect(
      await problem(
        request(`/api/v1/documents/${document.id}/content`, { headers: { range: "bytes=99999-" } }),
      ),
    ).toMatchObject({
      code: "range_not_satisfiable",
    });
    const known = await request(`/api/v1/documents/${document.id}/content`, {
      headers: { "if-none-match": whole.headers.get("etag") ?? "" },
    });
    expect(known.status).toBe(304);
  });

  it("larger than one part is streamed to the store under its hash, and nothing temporary stays", async () => {
    const line = "The quick brown fox jumps over the lazy dog and runs along the quay. ";
    const body = new TextEncoder().encode(line.repeat(Math.ceil((9 * 1024 * 1024) / line.length)));
    const { document } = await upload(body, "large.bin");
    const digest = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", body)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    );
    const stored = await env.DOCUMENTS.head(`blobs/${digest.join("")}`);
    expect(stored?.size).toBe(body.length);
    expect((await env.DOCUMENTS.list({ prefix: "uploads/" })).objects).toEqual([]);
    const part = await request(`/api/v1/documents/${document.id}/content`, {
      headers: { range: "bytes=8388606-8388609" },
    });
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(body.slice(8388606, 8388610));
  });

  it("leaves nothing behind when it is deleted", async () => {
    const { document } = await addText("secret.txt", "The vault code is 4711.");
    await ingestAll();
    expect((await ask("What is the vault code?")).answered).toBe(true);
    expect((await request(`/api/v1/documents/${document.id}`, { method: "DELETE" })).status).toBe(204);
    expect((await ask("What is the vault code?")).passages).toEqual([]);
    expect((await search("vault code", { as_of: 1 })).passages).toEqual([]);
    expect(await problem(request(`/api/v1/documents/${document.id}`))).toMatchObject({
      status: 404,
      code: "document_not_found",
    });
    expect(await problem(request(`/api/v1/documents/${document.id}`, { method: "DELETE" }))).toMatchObject({
      code: "document_not_found",
    });
  });

  it("that is deleted while it is being ingested stays deleted", async () => {
    const { document, job } = await addText("gone.txt", "The ghost ship sails at midnight.");
    await request(`/api/v1/documents/${document.id}`, { method: "DELETE" });
    await deliver([job.id]);
    expect((await search("ghost ship")).passages).toEqual([]);
  });

  it("changes its metadata and title without being ingested again", async () => {
    const { document } = await addText("berth.txt", "Berth four is dredged.", {
      metadata: { state: "draft" },
    });
    await ingestAll();
    const patch = (body: unknown) =>
      request(`/api/v1/documents/${document.id}`, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    expect(await ok(patch({ metadata: { state: "final" }, title: "Berths" }))).toMatchObject({
      title: "Berths",
      metadata: { state: "final" },
      version: 1,
    });
    const { passages } = await search("berth four", { filters: { state: { eq: "final" } } });
    expect(passages[0]).toMatchObject({ title: "Berths" });
    expect(await problem(patch({}))).toMatchObject({ status: 422 });
  });

  it("with the same bytes takes what is newly said of it, and new bytes keep what was said", async () => {
    await addText("pier.txt", "The pier has two cranes.", { metadata: { zone: "a" } });
    await ingestAll();
    const again = await addText("pier.txt", "The pier has two cranes.", { metadata: { zone: "b" } });
    expect(again).toMatchObject({ document: { version: 1 }, unchanged: true });
    const zoneOf = async (zone: string) =>
      (await search("cranes", { filters: { zone: { eq: zone } } })).passages.length;
    expect([await zoneOf("a"), await zoneOf("b")]).toEqual([0, 1]);
    const { document } = await addText("pier.txt", "The pier has three cranes.");
    expect(await ok<Document>(request(`/api/v1/documents/${document.id}`))).toMatchObject({
      version: 2,
      metadata: { zone: "b" },
    });
  });

  it("described anew while it is being ingested is indexed so in the end", async () => {
    const { document, job: queued } = await addText("mole.txt", "The mole shelters the basin.", {
      metadata: { zone: "a" },
    });
    await request(`/api/v1/documents/${document.id}`, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ metadata: { zone: "c" } }),
    });
    await deliver([queued.id]);
    await runSchedules();
    const { passages } = await search("mole basin", { filters: { zone: { eq: "c" } } });
    expect(passages).toHaveLength(1);
  });

  it("can be ingested again", async () => {
    const { document } = await addText("again.txt", "The anchor weighs two tonnes.");
    await ingestAll();
    await ok(request(`/api/v1/documents/${document.id}/reindex`, { method: "POST" }), 202);
    expect((await ask("How much does the anchor weigh?")).answered).toBe(true);
    await ingestAll();
    const { passages } = await search("How much does the anchor weigh?");
    expect(passages.filter(({ document_id }) => document_id === document.id)).toHaveLength(1);
  });
});

describe("lists", () => {
  it("go page by page in every order, with filters", async () => {
    for (const name of ["c", "a", "b", "e", "d"])
      await addText(name, `Text of ${name}.`, { collection: "pages" });
    const namesOf = async (query: string) => {
      const names: string[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const page: Documents = await ok(
          request(
            `/api/v1/documents?collection=pages&limit=2&${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
          ),
        );
        names.push(...page.items.map(({ name }) => name));
        cursor = page.next_cursor;
      }
      return names.join("");
    };
    expect(await namesOf("sort=name")).toBe("abcde");
    expect(await namesOf("sort=-name")).toBe("edcba");
    expect(await namesOf("sort=created_at")).toBe("cabed");
    expect(await namesOf("sort=-created_at")).toBe("debac");
    expect(await namesOf("status=ready")).toBe("");
    expect(await namesOf("q=d&sort=name")).toBe("d");
    expect(await namesOf("q=%25")).toBe("");
    expect(await namesOf(`q=${"long".repeat(40)}`)).toBe("");
    expect(await problem(request("/api/v1/documents?cursor=bm9uc2Vuc2U"))).toMatchObject({
      status: 400,
      code: "invalid_cursor",
    });
    expect(await problem(request("/api/v1/documents?limit=0"))).toMatchObject({ code: "validation_failed" });
  });
});

describe("a bulk upload", () => {
  it("answers line by line, in order, and lets good lines pass bad ones", async () => {
    const lines = [
      '{"name":"one","text":"First text."}',
      '{"name":"two"}',
      "not json",
      '{"name":"one","text":"First text, changed."}',
      '{"name":"other","text":"Elsewhere.","collection":"bulk-b"}',
      "",
      '{"name":"last","text":"Last text."}',
    ];
    const reply = await request("/api/v1/documents/bulk?collection=bulk-a", {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: lines.join("\n"),
    });
    const replies = (await textOf(reply))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as BulkLine);
    expect(replies.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 7]);
    expect(
      replies.map((line) =>
        "error" in line ? line.error.code : `${line.document.collection}/${line.document.version}`,
      ),
    ).toEqual(["bulk-a/1", "validation_failed", "invalid_json", "bulk-a/2", "bulk-b/1", "bulk-a/1"]);
  });

  it("takes hundreds of lines, all of which become ready", async () => {
    const lines = Array.from({ length: 520 }, (_, i) =>
      JSON.stringify({ name: `n${i}`, text: `Buoy ${i} lies off the coast.` }),
    );
    const body = `${lines.join("\n")}\n`;
    const send = () => request("/api/v1/documents/bulk?collection=many", { method: "POST", body });
    const replies = (await textOf(await send())).trim().split("\n");
    expect(replies).toHaveLength(520);
    await ingestAll();
    expect((await collection("many")).documents).toEqual({ ready: 520, running: 0, failed: 0 });
    const again = (await textOf(await send()))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { unchanged?: boolean });
    expect(again.every(({ unchanged }) => unchanged === true)).toBe(true);
    const { passages } = await search("Buoy 437", { collection: "many" });
    expect(passages[0]?.text).toBe("Buoy 437 lies off the coast.");
  });
});

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

describe("racing uploads", () => {
  it("of one name get different versions", async () => {
    const accepted = await Promise.all(
      Array.from({ length: 6 }, (_, i) => addText("raced", `Text number ${i}.`)),
    );
    expect(accepted.map(({ document }) => document.version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(accepted.map(({ document }) => document.id)).size).toBe(1);
    await ingestAll();
    const live = await ok<Document>(request(`/api/v1/documents/${accepted[0]?.document.id}`));
    expect(live).toMatchObject({ live_version: 6, status: "ready" });
  });
});
