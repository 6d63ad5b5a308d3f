import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { BulkLine } from "../../workers/contract/documents.ts";
import { collection, ingestAll, request, requestAs, search, useFreshStores } from "../support/api.ts";
import { byteStream } from "../support/byte-stream.ts";
import { addUser } from "../support/credentials.ts";

useFreshStores();

/** Lines of JSON, which the runtime does not take for text. */
const textOf = async (reply: Response): Promise<string> =>
  new TextDecoder().decode(await reply.arrayBuffer());

describe("a bulk upload", () => {
  it("answers line by line, in order, and lets good lines pass bad ones", async () => {
    const lines = [
      '{"name":"one","text":"First text."}',
      '{"name":"two"}',
      "not json",
      '{"name":"one","text":"First text, changed."}',
      '{"name":"other","text":"Elsewhere.","collection":"bulk-b"}',
      "",
      '{"name":"last","text":"Last text."}',
    ];
    const reply = await request("/api/v1/documents/bulk?collection=bulk-a", {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: lines.join("\n"),
    });
    const replies = (await textOf(reply))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as BulkLine);
    expect(replies.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 7]);
    expect(
      replies.map((line) =>
        "error" in line ? line.error.code : `${line.document.collection}/${line.document.version}`,
      ),
    ).toEqual(["bulk-a/1", "validation_failed", "invalid_json", "bulk-a/2", "bulk-b/1", "bulk-a/1"]);
  });

  it("takes hundreds of lines, all of which become ready", async () => {
    const lines = Array.from({ length: 520 }, (_, i) =>
      JSON.stringify({ name: `n${i}`, text: `Buoy ${i} lies off the coast.` }),
    );
    const body = `${lines.join("\n")}\n`;
    const send = () => request("/api/v1/documents/bulk?collection=many", { method: "POST", body });
    const replies = (await textOf(await send())).trim().split("\n");
    expect(replies).toHaveLength(520);
    await ingestAll();
    expect((await collection("many")).documents).toEqual({ ready: 520, running: 0, failed: 0 });
    const again = (await textOf(await send()))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { unchanged?: boolean });
    expect(again.every(({ unchanged }) => unchanged === true)).toBe(true);
    const { passages } = await search("Buoy 437", { collection: "many" });
    expect(passages[0]?.text).toBe("Buoy 437 lies off the coast.");
  });

  it("goes on into a collection that it made itself", async () => {
    const { key } = await addUser("write");
    const body = Array.from({ length: 60 }, (_, i) => `{"name":"n${i}","text":"Text ${i}."}`).join("\n");
    const reply = await requestAs(key, "/api/v1/documents/bulk?collection=made", { method: "POST", body });
    const replies = (await textOf(reply)).trim().split("\n");
    expect(replies.filter((line) => "error" in JSON.parse(line))).toEqual([]);
  });

  it("enters nothing more once its key is revoked", async () => {
    const { key, userId } = await addUser("write");
    const [before, after] = ["a", "b"].map((name) =>
      Array.from({ length: 50 }, (_, i) => `{"name":"${name}${i}","text":"Text."}\n`).join(""),
    );
    async function* lines() {
      yield new TextEncoder().encode(`${before}{"name":"last","text":"Text."}\n`);
      await env.DB.prepare("UPDATE api_key SET revoked_at = 1 WHERE user_id = ?").bind(userId).run();
      yield new TextEncoder().encode(after);
    }
    const reply = await requestAs(key, "/api/v1/documents/bulk?collection=made", {
      method: "POST",
      body: byteStream(lines()),
    });
    const replies = (await textOf(reply)).trim().split("\n");
    expect(replies.slice(0, 50).filter((line) => "error" in JSON.parse(line))).toEqual([]);
    const later = replies.slice(50).map((line) => JSON.parse(line).error?.code);
    expect(new Set(later)).toEqual(new Set(["credential_invalid"]));
  });
});
