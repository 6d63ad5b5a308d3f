import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createServices } from "../../workers/services.ts";
import { addText, ingestAll, request, runSchedules, useFreshStores } from "../support/api.ts";

useFreshStores();

const expireLeases = () =>
  env.DB.prepare("UPDATE job SET lease_until = 1 WHERE lease_until IS NOT NULL").run();

describe("the sweep", () => {
  it("sends again what the queue never heard of", async () => {
    const { job: queued } = await addText("unheard", "The lock opens at six.");
    await env.DB.prepare("INSERT INTO outbox (topic, key, created_at, due_at) VALUES ('ingest', ?, 1, 1)")
      .bind(queued.id)
      .run();
    await runSchedules();
    expect((await env.DB.prepare("SELECT * FROM outbox").all()).results).toEqual([]);
  });

  it("finds jobs whose worker died or whose message was lost", async () => {
    const services = createServices(env, () => undefined);
    const { job: leased } = await addText("leased", "One.");
    const { job: waiting } = await addText("waiting", "Two.");
    await services.ingestion.ledger.claim([leased.id]);
    expect(await services.jobs.takeStranded(600_000, 10)).toEqual([]);
    await expireLeases();
    await env.DB.prepare("UPDATE job SET enqueued_at = 1 WHERE id = ?").bind(waiting.id).run();
    expect((await services.jobs.takeStranded(600_000, 10)).sort()).toEqual([leased.id, waiting.id].sort());
    expect(await services.jobs.takeStranded(600_000, 10)).toEqual([leased.id]);
  });

  it("lets go of bytes that nothing refers to, an hour after they were written, and of no others", async () => {
    const { document } = await addText("kept", "Shared words.");
    const { document: other } = await addText("also", "Shared words.");
    await ingestAll();
    await request(`/api/v1/documents/${document.id}`, { method: "DELETE" });
    const makeDue = () => env.DB.prepare("UPDATE outbox SET due_at = 0").run();
    const blobs = async () => (await env.DOCUMENTS.list({ prefix: "blobs/" })).objects.length;
    await makeDue();
    await runSchedules();
    expect(await blobs()).toBe(1);
    await request(`/api/v1/documents/${other.id}`, { method: "DELETE" });
    await runSchedules();
    expect(await blobs()).toBe(1);
    const [row] = (
      await env.DB.prepare("SELECT due_at FROM outbox WHERE topic = 'release'").all<{ due_at: number }>()
    ).results;
    expect(row?.due_at).toBeGreaterThan(Date.now() + 50 * 60 * 1000);
  });
});
