import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Document, VersionPage } from "../../workers/contract/documents.ts";
import {
  addText,
  ask,
  deliver,
  ingestAll,
  ok,
  problem,
  request,
  runSchedules,
  search,
  upload,
  useFreshStores,
} from "../support/api.ts";

useFreshStores();

describe("a document that changes", () => {
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
