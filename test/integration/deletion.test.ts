import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { addText, request, useFreshStores } from "../support/api.ts";

useFreshStores();

it("a document that several delete at once is deleted once, and one event tells of it", async () => {
  const { document } = await addText("tides.md", "The tide turns at noon.");
  const remove = () => request(`/api/v1/documents/${document.id}`, { method: "DELETE" });
  const replies = await Promise.all([remove(), remove(), remove(), remove()]);
  expect(replies.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404]);
  const { items } = await (
    await request(`/api/v1/audit?target=${document.id}&action=document.deleted`)
  ).json<{ items: unknown[] }>();
  expect(items).toHaveLength(1);
  expect(await env.DB.prepare("SELECT count(*) AS n FROM outbox WHERE topic = 'unindex'").first("n")).toBe(2);
});
