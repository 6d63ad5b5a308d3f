import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ingest, MAX_ATTEMPTS } from "../../workers/ingestion/pipeline.ts";
import type { IngestionPorts } from "../../workers/ingestion/ports.ts";
import { createServices } from "../../workers/services.ts";
import {
  addText,
  ask,
  collection,
  deliver,
  ingestAll,
  job,
  ok,
  post,
  request,
  search,
  upload,
  useFreshStores,
} from "../support/api.ts";

useFreshStores();

const PARAGRAPHS = Array.from(
  { length: 40 },
  (_, i) =>
    `## Section ${i}\n\nThe signal mast number ${i} stands on rock ${i * 7} and ${"is painted red and white ".repeat(12)}.\n`,
);
const LONG = `# Masts\n\n${PARAGRAPHS.join("\n")}`;
const realPorts = () => createServices(env, () => undefined).ingestion;

/** Ports whose n-th call ends the worker: before it does anything, or right after it did. Nothing works after that. */
function dyingPorts(
  ports: IngestionPorts,
  dieAt: number,
  when: "before" | "after",
): { ports: IngestionPorts; died: () => boolean } {
  let calls = 0;
  const dead = () => new Error("the worker is dead");
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function" || name === "keyOf") return value;
        return async (...args: unknown[]) => {
          calls += 1;
          if (calls > dieAt || (calls === dieAt && when === "before")) throw dead();
          const result: unknown = await value.apply(target, args);
          if (calls === dieAt) throw dead();
          return result;
        };
      },
    });
  return {
    ports: {
      ...ports,
      ledger: wrap(ports.ledger),
      content: wrap(ports.content),
      texts: wrap(ports.texts),
      embedding: wrap(ports.embedding),
      index: (id) => wrap(ports.index(id)),
    },
    died: () => calls >= dieAt,
  };
}

const expireLeases = () =>
  env.DB.prepare("UPDATE job SET lease_until = 1 WHERE lease_until IS NOT NULL").run();

describe("a worker that dies", () => {
  it("at any call of its ports, before or after it took effect, leaves a document that becomes ready exactly once", async () => {
    let dyingPoints = 0;
    for (let dieAt = 1; ; dieAt += 1) {
      let reached = false;
      for (const when of ["before", "after"] as const) {
        const name = `masts-${dieAt}-${when}`;
        const accepted = await upload(LONG, `${name}.md`, { collection: name });
        const { ports, died } = dyingPorts(realPorts(), dieAt, when);
        await ingest(ports, [accepted.job.id]).catch(() => undefined);
        reached ||= died();
        await expireLeases();
        await ingestAll();
        expect(await job(accepted.job.id), name).toMatchObject({ state: "ready", percent: 100 });
        const { documents, chunks } = await collection(name);
        expect(documents, name).toEqual({ ready: 1, running: 0, failed: 0 });
        const { passages } = await search("signal mast number 23", { collection: name, top_k: 100 });
        expect(new Set(passages.map(({ chunk_id }) => chunk_id)).size, name).toBe(passages.length);
        expect(passages.length, name).toBeLessThanOrEqual(chunks);
        expect(
          await env.SEARCH_INDEX.get(env.SEARCH_INDEX.idFromName(await idOf(name))).describe(),
          name,
        ).toMatchObject({ chunks, documents: 1 });
      }
      if (!reached) break;
      dyingPoints = dieAt;
    }
    expect(dyingPoints).toBeGreaterThanOrEqual(8);
  });

  it("after the last pages of a long PDF were read begins with all of its pages again", async () => {
    const accepted = await upload(longPdf(70), "long.pdf");
    const ids = [accepted.job.id];
    await ingest(realPorts(), ids);
    await ingest(realPorts(), ids);
    const ports = realPorts();
    const dying: IngestionPorts = {
      ...ports,
      ledger: { ...ports.ledger, finish: () => Promise.reject(new Error("the worker is dead")) },
    };
    await expect(ingest(dying, ids)).rejects.toThrow("dead");
    await expireLeases();
    await ingestAll();
    expect(await job(accepted.job.id)).toMatchObject({ state: "ready" });
    const text = await (await request(`/api/v1/documents/${accepted.document.id}/text`)).text();
    for (const page of [1, 33, 70]) expect(text).toContain(`Lighthouse number ${page} `);
    expect((await env.DOCUMENTS.list({ prefix: "work/" })).objects).toEqual([]);
  });

  it("each time becomes a dead letter that can be replayed", async () => {
    const { job: queued } = await addText("poison", "The reef is charted.");
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const { ports } = dyingPorts(realPorts(), 2, "before");
      await ingest(ports, [queued.id]).catch(() => undefined);
      await expireLeases();
    }
    await deliver([queued.id]);
    expect(await job(queued.id)).toMatchObject({
      state: "failed",
      dead_lettered: true,
      reason: { code: "worker_died" },
    });
    const dead = await ok<{ items: { id: string }[] }>(request("/api/v1/ingestion/dead-letters"));
    expect(dead.items.map(({ id }) => id)).toEqual([queued.id]);
    await ok(post(`/api/v1/ingestion/jobs/${queued.id}/replay`, {}), 202);
    await ingestAll();
    expect(await job(queued.id)).toMatchObject({ state: "ready", dead_lettered: false });
    expect((await ask("Is the reef charted?")).passages).toHaveLength(1);
  });
});

describe("a failure that may pass", () => {
  it("is retried later, with its reason in the ledger", async () => {
    const { job: queued } = await addText("flaky", "The tide tables are printed in May.");
    const ports = realPorts();
    const broken: IngestionPorts = {
      ...ports,
      content: { ...ports.content, read: () => Promise.reject(new Error("the store is away")) },
    };
    const outcome = (await ingest(broken, [queued.id])).get(queued.id);
    expect(outcome).toEqual({ do: "retry", delaySeconds: 2 });
    const waiting = await job(queued.id);
    expect(waiting).toMatchObject({ state: "queued", attempts: 1, reason: { code: "ingestion_failed" } });
    expect(waiting.stages).toMatchObject([
      { stage: "scan", outcome: "retried", detail: expect.stringContaining("the store is away") },
    ]);
    await ingestAll();
    expect(await job(queued.id)).toMatchObject({ state: "ready", attempts: 2 });
  });

  it("ends as a dead letter when it does not pass", async () => {
    const { job: queued } = await addText("stubborn", "The tide tables are printed in June.");
    const ports = realPorts();
    const broken: IngestionPorts = {
      ...ports,
      content: { ...ports.content, read: () => Promise.reject(new Error("the store is away")) },
    };
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) await ingest(broken, [queued.id]);
    expect(await job(queued.id)).toMatchObject({
      state: "failed",
      dead_lettered: true,
      attempts: MAX_ATTEMPTS,
    });
  });
});

describe("delivery", () => {
  it("more than once, even at once, ingests once", async () => {
    const { job: queued } = await addText("twice", "The pilot boat leaves at dawn.");
    await Promise.all([deliver([queued.id, queued.id]), deliver([queued.id]), deliver([queued.id])]);
    await deliver([queued.id]);
    expect(await job(queued.id)).toMatchObject({ state: "ready", attempts: 1 });
    expect((await search("pilot boat")).passages).toHaveLength(1);
  });

  it("of something that is no message of ours is acknowledged and dropped", async () => {
    const result = await deliver([undefined as unknown as string]);
    expect(result.explicitAcks).toEqual(["m0"]);
  });

  it("to the dead-letter queue shows the job as a dead letter", async () => {
    const { job: queued } = await addText("lost", "The foghorn sounds twice.");
    await deliver([queued.id], "almanac-ingestion-dead");
    expect(await job(queued.id)).toMatchObject({
      state: "failed",
      dead_lettered: true,
      reason: { code: "retries_exhausted" },
    });
  });
});

describe("the index", () => {
  it("answers the same after it was evicted from memory", async () => {
    await upload(LONG, "masts.md");
    await ingestAll();
    const before = await search("signal mast number 31", { explain: true });
    const stub = env.SEARCH_INDEX.get(env.SEARCH_INDEX.idFromName("col_default"));
    await evictDurableObject(stub);
    const after = await search("signal mast number 31", { explain: true });
    expect(after.passages).toEqual(before.passages);
  });
});

const idOf = async (name: string): Promise<string> =>
  (await env.DB.prepare("SELECT id FROM collection WHERE name = ?").bind(name).first<string>("id")) ?? "";

/** A PDF of as many pages, each with a sentence of its own, by hand: uncompressed and with a plain cross-reference table. */
function longPdf(pages: number): string {
  const objects = ["<< /Type /Catalog /Pages 2 0 R >>"];
  const kids = Array.from({ length: pages }, (_, i) => `${4 + 2 * i} 0 R`).join(" ");
  objects.push(
    `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  );
  for (let page = 1; page <= pages; page += 1) {
    const words = ["stands", "shines", "turns", "sleeps", "waits"][page % 5];
    const content = `BT /F1 12 Tf 72 700 Td (Lighthouse number ${page} ${words} on the rock called ${words}${page}.) Tj ET`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * (page - 1)} 0 R >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, i) => {
    const offset = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const table = file.length;
  return `${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join("")}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
}
