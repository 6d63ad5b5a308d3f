import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { problem, requestAs, useFreshStores } from "../support/api.ts";
import { byteStream } from "../support/byte-stream.ts";
import { addUser } from "../support/credentials.ts";

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
