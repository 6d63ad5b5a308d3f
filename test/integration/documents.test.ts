import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { ChunkPage, Document, DocumentText } from "../../workers/contract/documents.ts";
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
  search,
  upload,
  useFreshStores,
} from "../support/api.ts";

useFreshStores();

type Documents = { items: Document[]; next_cursor: string | null };

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
      "scan",
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
    // No text, so that nothing but the store has work with it.
    const line = "\0\x01\x02 The quick brown fox jumps over the lazy dog and runs along the quay. ";
    const body = new TextEncoder().encode(line.repeat(Math.ceil((9 * 1024 * 1024) / line.length)));
    const { document } = await upload(body, "large.bin");
    await ingestAll();
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
