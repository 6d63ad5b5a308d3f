import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Client } from "../../cli/client.ts";
import { useServer } from "./use-server.ts";

const PDF = fileURLToPath(new URL("../../samples/annual-report-2025.pdf", import.meta.url));
const HANDBOOK = fileURLToPath(new URL("../../samples/employee-handbook.md", import.meta.url));
const COLLECTION = "killed";

const server = useServer();

/** How far all jobs are together, in percent of the whole. */
async function progress(client: Client, jobs: string[]): Promise<number> {
  const states = await Promise.all(jobs.map((id) => client.job(id)));
  return states.reduce((sum, job) => sum + (job.state === "ready" ? 100 : job.percent), 0) / jobs.length;
}

async function until(reached: () => Promise<boolean>): Promise<void> {
  while (!(await reached())) await wait(20);
}

describe("ingestion whose process is killed again and again", () => {
  it("ends with each document ready exactly once", async () => {
    let { client } = server;
    const uploads = [
      await client.upload(PDF, { collection: COLLECTION }),
      await client.upload(HANDBOOK, { collection: COLLECTION }),
      await client.upload(PDF, { collection: COLLECTION, name: "copy.pdf" }),
    ];
    const jobs = uploads.map(({ job }) => job.id);
    for (const percent of [0, 5, 20, 40, 70]) {
      await until(async () => (await progress(client, jobs)) >= percent);
      await server.kill();
      await server.start();
      client = server.client;
    }
    await until(async () => (await progress(client, jobs)) === 100);
    const collection = await client.collection(COLLECTION);
    expect(collection?.documents).toEqual({ ready: 3, running: 0, failed: 0 });

    const listed = await Promise.all(uploads.map(({ document }) => chunksOf(client, document.id)));
    for (const chunks of listed) expect(chunks).toEqual(chunks.map((_, ordinal) => ordinal));
    expect(listed[0]?.length).toBe(listed[2]?.length);
    expect(listed.flat().length).toBe(collection?.chunks);
    const answer = await client.ask({
      question: "How many days of annual leave do employees get?",
      collection: COLLECTION,
    });
    expect(answer.passages.length).toBeGreaterThan(0);
  });
});

async function chunksOf(client: Client, documentId: string): Promise<number[]> {
  const ordinals: number[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const reply = await client.request(
      "GET",
      `/api/v1/documents/${documentId}/chunks?limit=200${cursor && `&cursor=${cursor}`}`,
    );
    const page = (await reply.json()) as { items: { ordinal: number }[]; next_cursor: string | null };
    ordinals.push(...page.items.map(({ ordinal }) => ordinal));
    cursor = page.next_cursor;
  }
  return ordinals;
}
