import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import {
  jsonInit,
  ok,
  post,
  problem,
  requestAs,
  runSchedules,
  upload,
  uploadForm,
  useFreshStores,
} from "../support/api.ts";
import { byteStream } from "../support/byte-stream.ts";
import { useClock } from "../support/clock.ts";
import { addUser } from "../support/credentials.ts";

const later = useClock();
useFreshStores();

it("an upload that ends after its key was revoked is not entered", async () => {
  const { key, userId } = await addUser("write");
  async function* slowly() {
    yield new TextEncoder().encode("The first half.");
    await env.DB.prepare("UPDATE api_key SET revoked_at = 1 WHERE user_id = ?").bind(userId).run();
    yield new TextEncoder().encode("The second half.");
  }
  const init = { method: "POST", body: byteStream(slowly()) };
  const late = requestAs(key, "/api/v1/documents?name=late.txt", init);
  expect(await problem(late)).toMatchObject({ status: 401, code: "credential_invalid" });
  expect(await env.DB.prepare("SELECT count(*) AS n FROM document").first("n")).toBe(0);
});

const blobs = async () => (await env.DOCUMENTS.list({ prefix: "blobs/" })).objects.length;

it("what was sent with an upload that is refused is gone an hour later, unless somebody else sent the same", async () => {
  const { key } = await addUser("write");
  await ok(post("/api/v1/collections", { name: "closed", visibility: "private" }), 201);
  const sent = (text: string, query: string) =>
    requestAs(key, `/api/v1/documents?${query}`, { method: "POST", body: text });
  const form = (text: string, fields: Record<string, string>) =>
    requestAs(key, "/api/v1/documents", { method: "POST", body: uploadForm(text, "a.txt", fields) });
  await upload("Sent by an admin too.", "kept.txt", { collection: "closed" });
  await ok(post("/api/v1/collections", { name: "open", visibility: "internal" }), 201);
  await upload("Of few readers.", "taken.txt", { collection: "open" });
  await env.DB.prepare("UPDATE document SET restricted = 1 WHERE name = 'taken.txt'").run();
  const refused: [Promise<Response>, number][] = [
    [sent("No right.", "name=a.txt&collection=closed"), 404],
    [sent("Sent by an admin too.", "name=a.txt&collection=closed"), 404],
    [sent("No such document.", "name=a.txt&document_id=doc_none"), 404],
    [form("Bad metadata.", { metadata: "no JSON" }), 422],
    [form("Closed to this one.", { collection: "closed" }), 404],
    [
      requestAs(
        key,
        "/api/v1/documents/text",
        jsonInit("POST", { name: "taken.txt", text: "A name that is taken.", collection: "open" }),
      ),
      403,
    ],
  ];
  for (const [reply, status] of refused) expect((await reply).status).toBe(status);
  expect(await blobs()).toBe(7);
  await runSchedules();
  expect(await blobs()).toBe(7);
  later(61 * 60_000);
  await runSchedules();
  expect(await blobs()).toBe(2);
});
