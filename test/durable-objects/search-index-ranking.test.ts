import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { SearchIndex } from "../../durable-objects/search-index.ts";
import {
  appendTo,
  foundScores,
  type IndexStub,
  openIndex,
  oracleScores,
  publish,
  requestOf,
  type TestDocument,
} from "./search-index-fixtures.ts";

const VOCABULARY = [
  "river",
  "rivers",
  "running",
  "run",
  "relational",
  "stone",
  "café",
  "42",
  "glass",
  "hopeful",
];

/** Numbers that look random and are the same in each run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** English enough to be taken for it, so that both sides stem. */
function sentence(random: () => number, words: number): string {
  const picked = Array.from({ length: words }, () => VOCABULARY[Math.floor(random() * VOCABULARY.length)]);
  return `It was the ${picked.join(" and the ")}.`;
}

/** Titles hold words of the question among others, so that no document is meant by its name. */
function documentOf(random: () => number, documentId: string, version = 1): TestDocument {
  const texts = Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
    sentence(random, 1 + Math.floor(random() * 12)),
  );
  return { documentId, version, title: `Quarto folio vellum octavo parchment ${sentence(random, 2)}`, texts };
}

const WORDS = ["river", "running", "relational", "café", "42"];
const QUESTION = requestOf(`What is the ${WORDS.join(" of the ")}?`);

async function expectOracle(index: IndexStub, documents: readonly TestDocument[]): Promise<void> {
  const expected = await oracleScores(index, documents, WORDS);
  const found = await foundScores(index, QUESTION);
  expect(found.map(([id]) => id)).toEqual(expected.map(([id]) => id));
  found.forEach(([, score], position) => {
    expect(score).toBeCloseTo(expected[position]?.[1] ?? Number.NaN, 9);
  });
}

describe("SearchIndex ranks as FTS5 does", () => {
  it.each([1, 2, 3])("over random documents (seed %i)", async (seed) => {
    const random = randomNumbers(seed);
    const documents = Array.from({ length: 25 }, (_, i) => documentOf(random, `d${i}`));
    const index = openIndex();
    for (const document of documents) await publish(index, document);
    await expectOracle(index, documents);
  });

  it("after documents were removed, replaced, evicted from memory and only half ingested", async () => {
    const random = randomNumbers(7);
    const documents = Array.from({ length: 24 }, (_, i) => documentOf(random, `d${i}`));
    const index = openIndex();
    for (const document of documents) await publish(index, document);
    await evictDurableObject(index);
    for (const { documentId } of documents.slice(0, 6)) await index.remove({ documentId });
    const replacements = documents.slice(6, 12).map(({ documentId }) => documentOf(random, documentId, 2));
    for (const replacement of replacements) await publish(index, replacement, 2);
    await appendTo(index, documentOf(random, "not live yet"));
    const live = [...replacements, ...documents.slice(12)];
    await expectOracle(index, live);
    await evictDurableObject(index);
    await expectOracle(index, live);
  });

  it("after segments were written and merged", async () => {
    const random = randomNumbers(11);
    const index = openIndex();
    const padding = Array.from({ length: 520 }, () => "The filler of it.");
    const live: TestDocument[] = [];
    for (let round = 0; round < 8; round++) {
      const document = documentOf(random, `d${round}`);
      live.push(document);
      await publish(index, document);
      await publish(
        index,
        { documentId: "padding", version: round + 1, title: "", texts: padding },
        round + 1,
      );
    }
    live.push({ documentId: "padding", version: 8, title: "", texts: padding });
    expect((await index.describe()).segments).toBe(8);
    await runDurableObjectAlarm(index);
    const merged = await index.describe();
    expect(merged.segments).toBe(1);
    await index.remove({ documentId: "d0" });
    await evictDurableObject(index);
    await expectOracle(index, live.slice(1));
  });

  it("after the index was cleared and filled again while a merge was under way", async () => {
    const random = randomNumbers(17);
    const index = openIndex();
    const texts = Array.from({ length: 520 }, () => sentence(random, 3));
    for (let version = 1; version <= 8; version++) {
      await publish(index, { documentId: "old", version, title: "", texts }, version);
    }
    const documents = Array.from({ length: 5 }, (_, i) => documentOf(random, `d${i}`));
    await runInDurableObject(index, async (instance: SearchIndex) => {
      const merging = instance.alarm();
      await instance.clear();
      await merging;
    });
    for (const document of documents) await publish(index, document);
    expect(await index.describe()).toMatchObject({ documents: 5, versions: 5 });
    await expectOracle(index, documents);
  });

  it("after a stored segment was damaged", async () => {
    const random = randomNumbers(13);
    const index = openIndex();
    const document = {
      ...documentOf(random, "long"),
      texts: Array.from({ length: 40 }, () => sentence(random, 5)),
    };
    const padding = Array.from({ length: 520 }, () => "The filler of it.");
    await publish(index, document);
    await publish(index, { documentId: "padding", version: 1, title: "", texts: padding });
    await runInDurableObject(index, (_instance, { storage: { sql } }) => {
      expect(sql.exec("SELECT 1 FROM segment").toArray()).toHaveLength(1);
      sql.exec("UPDATE segment_part SET bytes = CAST(replace(hex(bytes), '0', '1') AS BLOB)");
    });
    await evictDurableObject(index);
    await expectOracle(index, [document, { documentId: "padding", version: 1, title: "", texts: padding }]);
  });
});
