import { describe, expect, it } from "vitest";
import type { BulkLine } from "../../workers/contract/documents.ts";
import { collection, ingestAll, request, search, useFreshStores } from "../support/api.ts";

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
});
