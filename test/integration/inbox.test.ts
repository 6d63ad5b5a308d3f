import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ask, collection, ingestAll, ok, request, runSchedules, useFreshStores } from "../support/api.ts";

useFreshStores();

describe("the bucket's inbox", () => {
  const event = (key: string, action = "PutObject") => ({
    action,
    bucket: "almanac-documents",
    object: { key, size: 1 },
  });

  it("is ingested when R2 announces an object, and by the sweep when it does not", async () => {
    const { default: worker } = await import("../../workers/index.ts");
    const { createExecutionContext, createMessageBatch, getQueueResult } = await import("cloudflare:test");
    const announce = async (body: unknown) => {
      const batch = createMessageBatch("almanac-bucket-events", [
        { id: "e", timestamp: Date.now(), attempts: 1, body },
      ]);
      const ctx = createExecutionContext();
      await worker.queue(batch, env, ctx);
      return getQueueResult(batch, ctx);
    };
    await env.DOCUMENTS.put("inbox/charts/north/rocks.txt", "The northern rocks are marked by a cairn.");
    await env.DOCUMENTS.put("inbox/charts/south.txt", "The southern shoal is marked by a buoy.");
    await env.DOCUMENTS.put("inbox/Not A Collection/x.txt", "Misplaced.");
    await env.DOCUMENTS.put("inbox/charts/empty.txt", "");
    await announce(event("inbox/charts/north/rocks.txt"));
    await announce(event("inbox/charts/north/rocks.txt"));
    await announce({ nonsense: true });
    await ingestAll();
    expect((await collection("charts")).documents.ready).toBe(1);
    await runSchedules();
    await ingestAll();
    const listed = await ok<{ items: { name: string; version: number }[] }>(
      request("/api/v1/documents?collection=charts&sort=name"),
    );
    expect(listed.items.map(({ name, version }) => `${name}@${version}`)).toEqual([
      "north/rocks.txt@1",
      "south.txt@1",
    ]);
    expect((await ask("What marks the southern shoal?", { collection: "charts" })).answer).toContain("buoy");
    await env.DOCUMENTS.put("inbox/charts/south.txt", "The southern shoal is marked by a light.");
    await runSchedules();
    await ingestAll();
    expect((await ask("What marks the southern shoal?", { collection: "charts" })).answer).toContain("light");
  });

  it("does not bring back what was deleted", async () => {
    await env.DOCUMENTS.put("inbox/default/once.txt", "Seen once.");
    await runSchedules();
    await ingestAll();
    const { items } = await ok<{ items: { id: string }[] }>(request("/api/v1/documents"));
    await request(`/api/v1/documents/${items[0]?.id}`, { method: "DELETE" });
    await runSchedules();
    expect((await ok<{ items: unknown[] }>(request("/api/v1/documents"))).items).toEqual([]);
  });
});
