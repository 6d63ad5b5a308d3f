import { describe, expect, it } from "vitest";
import type { QueryRecord } from "../../workers/contract/queries.ts";
import {
  addText,
  ask,
  ingestAll,
  ok,
  post,
  request,
  search,
  upload,
  useFreshStores,
} from "../support/api.ts";

const HANDBOOK = `# Staff handbook

## Leave

Employees accrue 26 days of paid leave each calendar year. Unused days lapse on 31 March.

## Travel

| Destination | Daily allowance |
|---|---|
| Norway | 71 euros |
| Portugal | 48 euros |
`;

useFreshStores();

describe("asking", () => {
  it("answers with citations that are verbatim spans of the stored text", async () => {
    const { document } = await upload(HANDBOOK, "handbook.md", { collection: "staff" });
    await ingestAll();
    const answer = await ask("How many days of paid leave do employees get?", { collection: "staff" });
    expect(answer.answered).toBe(true);
    expect(answer.answer).toContain("26 days");
    const text = await (await request(`/api/v1/documents/${document.id}/text?version=1`)).text();
    expect(answer.citations.length).toBeGreaterThan(0);
    for (const citation of answer.citations) {
      expect(text.slice(citation.start, citation.end)).toBe(citation.quote);
      expect(citation).toMatchObject({
        document_id: document.id,
        document_name: "handbook.md",
        version: 1,
        page: 1,
      });
      expect(answer.answer).toContain(`[${citation.index}]`);
    }
  });

  it("answers from the row of a table", async () => {
    await upload(HANDBOOK, "handbook.md", { collection: "tables" });
    await ingestAll();
    const answer = await ask("What is the daily allowance for Portugal?", { collection: "tables" });
    expect(answer.answer).toContain("48 euros");
    expect(answer.citations[0]?.quote).toContain("| Portugal | 48 euros |");
  });

  it("gives the same answer however many passages are to be shown", async () => {
    for (let i = 0; i < 12; i += 1)
      await addText(`leave-${i}`, `Leave note ${i}: employees ask for paid leave days in the portal.`, {
        collection: "pool",
      });
    await upload(HANDBOOK, "handbook.md", { collection: "pool" });
    await ingestAll();
    const answers = [];
    for (const top_k of [1, 10, 100])
      answers.push(
        await ask("How many days of paid leave do employees accrue?", { collection: "pool", top_k }),
      );
    expect(answers.map(({ passages }) => passages.length)).toEqual([1, 10, 13]);
    expect(new Set(answers.map(({ answer }) => answer)).size).toBe(1);
  });

  it("declines what no document says, and offers the nearest passages", async () => {
    await upload(HANDBOOK, "handbook.md", { collection: "staff" });
    await ingestAll();
    const answer = await ask("Which telescope discovered the moons of Jupiter?", { collection: "staff" });
    expect(answer).toMatchObject({ answered: false, citations: [] });
    expect(answer.answer.length).toBeGreaterThan(20);
  });

  it("answers an empty collection plainly", async () => {
    const answer = await ask("Is anything here?");
    expect(answer).toMatchObject({ answered: false, citations: [], passages: [] });
  });

  it("streams passages first, then the answer, its citations and the end", async () => {
    await upload(HANDBOOK, "handbook.md", { collection: "staff" });
    await ingestAll();
    const whole = await ask("How many days of paid leave do employees get?", { collection: "staff" });
    const reply = await request("/api/v1/query", {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({
        question: "How many days of paid leave do employees get?",
        collection: "staff",
      }),
    });
    expect(reply.headers.get("content-type")).toContain("text/event-stream");
    const events = readEvents(await reply.text());
    const kinds = events.map(({ event }) => event);
    expect(kinds[0]).toBe("passages");
    expect(kinds.slice(-2)).toEqual(["citations", "done"]);
    const told = events.flatMap(({ event, data }) => (event === "delta" ? data.text : [])).join("");
    expect(told).toBe(whole.answer);
    expect(events.at(-1)?.data).toMatchObject({ answered: true, answer: whole.answer });
  });

  it("keeps the question in the history and takes feedback on it", async () => {
    await upload(HANDBOOK, "handbook.md", { collection: "staff" });
    await ingestAll();
    const answer = await ask("When do unused days lapse?", { collection: "staff" });
    const kept = await ok<QueryRecord>(request(`/api/v1/queries/${answer.id}`));
    expect(kept).toMatchObject({
      question: "When do unused days lapse?",
      answer: answer.answer,
      feedback: null,
    });
    expect(kept.timings.total).toBeGreaterThanOrEqual(0);
    await ok(
      post(`/api/v1/queries/${answer.id}/feedback`, { thumb: "down", comment: "cites the wrong line" }),
    );
    const judged = await ok<QueryRecord>(post(`/api/v1/queries/${answer.id}/feedback`, { thumb: "up" }));
    expect(judged.feedback).toMatchObject({ thumb: "up" });
    const listed = await ok<{ items: QueryRecord[] }>(request("/api/v1/queries?collection=staff"));
    expect(listed.items.map(({ id }) => id)).toContain(answer.id);
  });

  it("explains scores when asked to, and only then", async () => {
    await upload(HANDBOOK, "handbook.md", { collection: "staff" });
    await ingestAll();
    const plain = await search("paid leave", { collection: "staff" });
    expect(plain.passages[0]?.scores).toBeUndefined();
    const explained = await search("paid leave", { collection: "staff", explain: true });
    expect(explained.passages[0]?.scores?.bm25).toBeGreaterThan(0);
    expect(Object.keys(explained.timings)).toEqual(expect.arrayContaining(["embed", "lexical", "rerank"]));
  });

  it("finds in every mode, and filters by metadata before ranking", async () => {
    await addText("a", "The harbour master decides on the berth.", {
      metadata: { year: 2024, tags: ["port"] },
    });
    await addText("b", "The harbour master decides on the pilot.", {
      metadata: { year: 2025, tags: ["sea"] },
    });
    await ingestAll();
    for (const mode of ["hybrid", "keyword", "vector"] as const) {
      const { passages } = await search("Who decides on the berth in the harbour?", { mode });
      expect(passages[0]?.document_name).toBe("a");
    }
    const filtered = async (filters: NonNullable<Parameters<typeof search>[1]>["filters"]) =>
      (await search("harbour master", { filters })).passages.map((passage) => passage.document_name).sort();
    expect(await filtered({ year: { gte: 2025 } })).toEqual(["b"]);
    expect(await filtered({ or: [{ tags: { eq: "port" } }, { year: { in: [2025] } }] })).toEqual(["a", "b"]);
    expect(await filtered({ not: { tags: { exists: true } } })).toEqual([]);
  });
});

interface ServerEvent {
  event: string;
  data: Record<string, unknown> & { text?: string };
}

const readEvents = (stream: string): ServerEvent[] =>
  stream
    .split("\n\n")
    .filter((block) => block.trim() !== "")
    .map((block) => ({
      event: /^event: (.*)$/m.exec(block)?.[1] ?? "",
      data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? "null") as ServerEvent["data"],
    }));
