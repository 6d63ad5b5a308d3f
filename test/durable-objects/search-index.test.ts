import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { SearchIndex } from "../../durable-objects/search-index.ts";
import {
  appendTo,
  chunkOf,
  openIndex,
  publish,
  requestOf,
  type TestDocument,
} from "./search-index-fixtures.ts";

const handbook: TestDocument = {
  documentId: "handbook",
  version: 1,
  title: "Staff handbook",
  texts: ["Employees accrue two days of leave each month.", "Expenses are repaid within ten days."],
};
const revised: TestDocument = {
  ...handbook,
  version: 2,
  texts: ["Employees accrue three days of leave each month."],
};

const QUESTION = "How many days of leave do employees accrue?";

const textsOf = (result: { passages: { text: string }[] }) => result.passages.map(({ text }) => text);

describe("SearchIndex", () => {
  it("finds the passage, with its place and its digest", async () => {
    const index = openIndex();
    await publish(index, handbook);
    const { passages, signal, terms } = await index.search(requestOf(QUESTION));
    expect(passages[0]).toMatchObject({
      chunkId: "handbook:1:0",
      documentName: "handbook.txt",
      text: handbook.texts[0],
      digest: chunkOf(0, handbook.texts[0] ?? "").digest,
      page: 1,
    });
    expect(signal).toBeGreaterThan(0.5);
    expect(terms.map(({ term }) => term)).toContain("leav");
  });

  it("stores a chunk once, however often it is sent", async () => {
    const index = openIndex();
    expect(await appendTo(index, handbook)).toEqual({ appended: 2 });
    expect(await appendTo(index, handbook)).toEqual({ appended: 0 });
    expect((await index.describe()).chunks).toBe(2);
  });

  it("shows a version only once it is live, and then it alone", async () => {
    const index = openIndex();
    await publish(index, handbook, 10);
    await appendTo(index, revised);
    expect(textsOf(await index.search(requestOf(QUESTION)))).toEqual([handbook.texts[0], handbook.texts[1]]);
    await index.activate([{ documentId: "handbook", version: 2, build: 1, at: 20 }]);
    expect(textsOf(await index.search(requestOf(QUESTION)))).toEqual(revised.texts);
  });

  it("builds a version anew beside the one that answers, and swaps them at once", async () => {
    const index = openIndex();
    await publish(index, handbook, 10);
    const rebuilt = { ...handbook, texts: ["Employees accrue leave by the month."] };
    const { documentId, version, title } = rebuilt;
    await index.append([
      {
        version: { documentId, version, title, documentName: "handbook.txt", metadata: {} },
        build: 2,
        chunks: rebuilt.texts.map((text, ordinal) => chunkOf(ordinal, text)),
      },
    ]);
    expect(textsOf(await index.search(requestOf(QUESTION)))).toEqual([handbook.texts[0], handbook.texts[1]]);
    expect(await index.activate([{ documentId, version, build: 2, at: 20 }])).toEqual([10]);
    expect(textsOf(await index.search(requestOf(QUESTION)))).toEqual(rebuilt.texts);
    expect(textsOf(await index.search(requestOf(QUESTION, { asOf: { at: 15 } })))).toEqual(rebuilt.texts);
    expect(await index.describe()).toMatchObject({ versions: 1, chunks: 1 });
    expect(await index.activate([{ documentId, version, build: 2, at: 30 }])).toEqual([10]);
  });

  it("keeps a later build whole when an earlier one ends first, and the later one live when it ends last", async () => {
    const index = openIndex();
    const version = { documentId: "d", version: 1, title: "", documentName: "d.txt", metadata: {} };
    const add = (build: number, ordinal: number) =>
      index.append([
        { version, build, chunks: [chunkOf(ordinal, `Build ${build} says kestrel ${ordinal}.`)] },
      ]);
    const activate = (build: number) => index.activate([{ documentId: "d", version: 1, build, at: build }]);
    await add(1, 0);
    await add(2, 0);
    await add(1, 1);
    expect(await activate(1)).toEqual([1]);
    await add(2, 1);
    expect(await activate(2)).toEqual([1]);
    await add(1, 0);
    expect(await activate(1)).toEqual([1]);
    const texts = textsOf(await index.search(requestOf("kestrel")));
    expect(texts.sort()).toEqual(["Build 2 says kestrel 0.", "Build 2 says kestrel 1."]);
  });

  it("lets no older version displace a newer one, and no repetition change the time", async () => {
    const index = openIndex();
    await publish(index, revised, 20);
    expect(await index.activate([{ documentId: "handbook", version: 2, build: 1, at: 99 }])).toEqual([20]);
    await appendTo(index, handbook);
    expect(await index.activate([{ documentId: "handbook", version: 1, build: 1, at: 30 }])).toEqual([null]);
    expect(textsOf(await index.search(requestOf(QUESTION)))).toEqual(revised.texts);
  });

  it("answers as of a time and of a version", async () => {
    const index = openIndex();
    await publish(index, handbook, 10);
    await publish(index, revised, 20);
    const at = async (asOf: { at: number } | { version: number }) =>
      textsOf(await index.search(requestOf("three days leave accrue", { asOf })));
    expect(await at({ at: 5 })).toEqual([]);
    expect(await at({ at: 15 })).toEqual([handbook.texts[0], handbook.texts[1]]);
    expect(await at({ at: 20 })).toEqual(revised.texts);
    expect(await at({ version: 1 })).toContain(handbook.texts[0]);
  });

  it("probes a version before it is live", async () => {
    const index = openIndex();
    await appendTo(index, handbook);
    const only = { documentId: "handbook", version: 1, build: 1 };
    expect(textsOf(await index.search(requestOf(QUESTION, { only })))).toContain(handbook.texts[0]);
  });

  it("restricts by metadata without changing scores, and leaves no trace of what is not permitted", async () => {
    const index = openIndex();
    await publish(index, { ...handbook, metadata: { team: "hr" } });
    const alone = await index.search(requestOf(QUESTION));
    const secret = {
      documentId: "memo",
      version: 1,
      title: "",
      texts: ["Leave, leave, leave: days employees accrue."],
    };
    await publish(index, { ...secret, metadata: { team: "board" } });
    const everything = await index.search(requestOf(QUESTION));
    const filtered = await index.search(requestOf(QUESTION, { filters: { team: { eq: "hr" } } }));
    const permitted = await index.search(requestOf(QUESTION, { permitted: { except: ["memo"] } }));
    expect(filtered.passages.map(({ scores }) => scores.bm25)).toEqual(
      everything.passages
        .filter(({ documentId }) => documentId === "handbook")
        .map(({ scores }) => scores.bm25),
    );
    expect({ ...permitted, timings: null }).toEqual({ ...alone, timings: null });
  });

  it("forgets a removed document with all its versions", async () => {
    const index = openIndex();
    await publish(index, handbook, 10);
    await appendTo(index, revised);
    await index.remove({ documentId: "handbook" });
    expect(await index.describe()).toMatchObject({ documents: 0, chunks: 0 });
    expect(textsOf(await index.search(requestOf(QUESTION)))).toEqual([]);
  });

  it("keeps nothing of an append that fails halfway", async () => {
    const index = openIndex();
    await publish(index, handbook);
    const broken = { ...chunkOf(1, "Employees accrue nothing."), page: undefined as unknown as number };
    const { texts: _texts, ...version } = { ...revised, documentName: "handbook.txt", metadata: {} };
    await runInDurableObject(index, async (instance: SearchIndex) => {
      const request = { version, build: 1, chunks: [chunkOf(0, "Employees accrue leave."), broken] };
      await expect(instance.append([request])).rejects.toThrow();
    });
    expect(await index.describe()).toMatchObject({ versions: 1, chunks: 2, indexedChunks: 2 });
  });

  it("renames a document in what it shows and filters by", async () => {
    const index = openIndex();
    await publish(index, handbook);
    await index.rename({
      documentId: "handbook",
      version: 1,
      documentName: "new.txt",
      title: "New",
      metadata: { a: 1 },
    });
    const { passages } = await index.search(requestOf(QUESTION, { filters: { a: { eq: 1 } } }));
    expect(passages[0]).toMatchObject({ documentName: "new.txt", title: "New" });
  });

  it("lists the chunks of a version in pages", async () => {
    const index = openIndex();
    await appendTo(index, { ...handbook, texts: ["a", "b", "c", "d", "e"] });
    const page = { documentId: "handbook", version: 1, limit: 2 };
    expect((await index.chunks({ ...page, after: -1 })).map(({ text }) => text)).toEqual(["a", "b"]);
    expect((await index.chunks({ ...page, after: 3 })).map(({ text }) => text)).toEqual(["e"]);
  });

  it("is empty after it was cleared, and can be used again", async () => {
    const index = openIndex();
    await publish(index, handbook);
    await index.clear();
    expect(await index.describe()).toMatchObject({ documents: 0, chunks: 0, indexedChunks: 0 });
    await publish(index, revised);
    expect(textsOf(await index.search(requestOf(QUESTION)))).toEqual(revised.texts);
  });

  it("finds by vectors what shares no word, and fuses both", async () => {
    const index = openIndex();
    const vector = (x: number, y: number) =>
      Int8Array.from({ length: 20 }, (_, i) => (i === 0 ? x : i === 1 ? y : 0));
    await index.append([
      {
        version: { documentId: "d", version: 1, documentName: "d", title: "", metadata: {} },
        build: 1,
        chunks: [
          chunkOf(0, "The dog sleeps.", { vector: vector(127, 0) }),
          chunkOf(1, "The car is fast.", { vector: vector(0, 127) }),
          chunkOf(2, "The hound and the dog.", { vector: vector(90, 90) }),
        ],
      },
    ]);
    await index.activate([{ documentId: "d", version: 1, build: 1, at: 1 }]);
    const ask = (mode: "vector" | "hybrid") =>
      index.search(requestOf("What is a dog?", { mode, vector: vector(10, 127), denseWeight: 0.5 }));
    expect((await ask("vector")).passages.map(({ ordinal }) => ordinal)).toEqual([1, 2, 0]);
    const hybrid = await ask("hybrid");
    expect(new Set(hybrid.passages.map(({ ordinal }) => ordinal))).toEqual(new Set([0, 1, 2]));
    expect(hybrid.passages.find(({ ordinal }) => ordinal === 1)?.scores).toMatchObject({ bm25: 0 });
  });
});
