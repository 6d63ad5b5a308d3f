import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ingestFiles } from "../../cli/ingest.ts";
import { useServer } from "./use-server.ts";

const HANDBOOK = fileURLToPath(new URL("../../samples/employee-handbook.md", import.meta.url));
const QUESTION = "How many days of annual leave do employees get?";
const FILES = 1000;
const AT_ONCE = 25;

const server = useServer();

async function uploadFile(number: number): Promise<number> {
  const form = new FormData();
  form.set("collection", "many");
  form.set("file", new Blob([`Buoy ${number} is moored off cape ${number % 7}.`]), `buoy-${number}.txt`);
  const reply = await server.client.request("POST", "/api/v1/documents", form);
  await reply.arrayBuffer();
  return reply.status;
}

describe("a thousand files at once", () => {
  it("all become ready, and every question asked meanwhile is answered", async () => {
    const { client } = server;
    await ingestFiles(client, "staff", [{ path: HANDBOOK, name: "handbook.md" }], () => undefined);

    const numbers = Array.from({ length: FILES }, (_, i) => i).values();
    const statuses: number[] = [];
    const lane = async () => {
      for (const number of numbers) statuses.push(await uploadFile(number));
    };
    const uploads = Promise.all(Array.from({ length: AT_ONCE }, lane));
    let asked = 0;
    let ready = 0;
    while (ready < FILES) {
      const answer = await client.ask({ question: QUESTION, collection: "staff" });
      expect(answer.citations.length).toBeGreaterThan(0);
      asked += 1;
      const counts = (await client.collection("many"))?.documents;
      expect(counts?.failed ?? 0).toBe(0);
      ready = counts?.ready ?? 0;
    }
    await uploads;
    expect(statuses).toEqual(Array.from({ length: FILES }, () => 202));
    expect(asked).toBeGreaterThan(10);
    expect(await client.collection("many")).toMatchObject({
      documents: { ready: FILES, running: 0, failed: 0 },
      chunks: FILES,
    });
  });
});
