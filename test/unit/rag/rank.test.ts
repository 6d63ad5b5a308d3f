import { describe, expect, it } from "vitest";
import { wordStream } from "../../../workers/rag/index/build-segment.ts";
import { DocumentNames } from "../../../workers/rag/rank/document-names.ts";
import { financePhrases } from "../../../workers/rag/rank/finance-terms.ts";
import { fuse } from "../../../workers/rag/rank/fuse.ts";
import { QuestionMatcher } from "../../../workers/rag/rank/match-features.ts";
import { analyzeForRanking } from "../../../workers/rag/rank/question.ts";

function match(question: string, title: string, body: string) {
  const { words } = analyzeForRanking(question);
  return new QuestionMatcher(
    words,
    words.map(() => 1),
  ).match(wordStream({ title, body }));
}

describe("QuestionMatcher", () => {
  const question = "What is the boiling point of pure water at 2000 metres?";

  it("counts words that stand together in the question's order most", () => {
    const ordered = match(question, "", "It is said that the boiling point of pure water is lower there.");
    const turned = match(
      question,
      "",
      "It is said that the water is pure, and the point of it is that it is boiling.",
    );
    const apart = match(
      question,
      "",
      `The boiling ${"and so on ".repeat(5)} the point ${"and so on ".repeat(5)} water`,
    );
    expect(ordered.bigram).toBeGreaterThan(turned.bigram);
    expect(turned.bigram).toBeGreaterThan(apart.bigram);
    expect(apart.bigram).toBe(0);
  });

  it("tells a sentence that holds the words from a page that does", () => {
    const near = match(question, "", "The boiling point of the water.");
    const far = match(
      question,
      "",
      `The boiling ${"and so on ".repeat(7)} the point ${"and so on ".repeat(30)} water`,
    );
    expect(near.sentence).toBeGreaterThan(far.sentence);
    expect(near.window).toBeGreaterThan(far.window);
    expect(far.window).toBeGreaterThan(far.sentence);
  });

  it("sees words of the title and the question's numbers", () => {
    expect(match(question, "Boiling water", "It is about the kettle.")).toMatchObject({
      number: 0,
      window: 0,
    });
    expect(match(question, "Boiling water", "It is about the kettle.").title).toBeGreaterThan(0.3);
    expect(match(question, "", "At the height of 2000 metres.").number).toBe(1);
  });

  it("matches German words and Chinese characters", () => {
    expect(match("Wann wurde die Brücke gebaut?", "", "Die Brücke wurde im Jahr 1900 gebaut.").window).toBe(
      1,
    );
    expect(match("桥是什么时候建造的?", "", "这座桥是1900年建造的。").window).toBeGreaterThan(0.2);
  });
});

describe("fuse", () => {
  it("adds the scaled cosine to the share of the best BM25 score", () => {
    const words = [
      { number: 1, score: 8 },
      { number: 2, score: 4 },
    ];
    const vectors = [
      { number: 3, score: 0.9 },
      { number: 2, score: 0.5 },
      { number: 4, score: 0.1 },
    ];
    expect(fuse(words, vectors, 0.4).map(({ number, fused }) => [number, fused])).toEqual([
      [1, 1],
      [2, 0.7],
      [3, 0.4],
      [4, 0],
    ]);
  });
});

describe("DocumentNames", () => {
  const files = [
    "3M_2018_10K.pdf",
    "3M_2015_10K.pdf",
    "BESTBUY_2023_10K.pdf",
    "JOHNSON_JOHNSON_2022_10K.pdf",
    "Pfizer_2023Q2_10Q.pdf",
    "ULTABEAUTY_2023Q4_EARNINGS.pdf",
    "travel policy.docx",
    "notes.txt",
  ];
  const names = new DocumentNames();
  const documents = files.map((documentName) => ({ documentName, title: "", metadata: {} }));
  documents.forEach((document, row) => {
    names.add(row, document);
  });
  const rows = new Uint8Array(files.length).fill(1);
  const meant = (question: string) =>
    [...names.find(question, rows, (row) => documents[row])]
      .sort(([, a], [, b]) => b - a)
      .map(([row]) => files[row]);

  it.each([
    ["What is 3M's FY2018 capital expenditure?", "3M_2018_10K.pdf"],
    ["What did 3M spend in fiscal 2014?", "3M_2015_10K.pdf"],
    ["How many stores did Best Buy close in 2023?", "BESTBUY_2023_10K.pdf"],
    ["What drove Johnson & Johnson's growth?", "JOHNSON_JOHNSON_2022_10K.pdf"],
    ["Which costs did Pfizer report in Q2 of 2023?", "Pfizer_2023Q2_10Q.pdf"],
    ["What did Ulta Beauty earn in the fourth quarter of 2023?", "ULTABEAUTY_2023Q4_EARNINGS.pdf"],
  ])("%s: %s", (question, file) => {
    expect(meant(question)[0]).toBe(file);
  });

  it("leaves out the reports of other years when a year is asked for, and keeps them when none is", () => {
    expect(meant("What is 3M's FY2018 capital expenditure?")).not.toContain("3M_2015_10K.pdf");
    expect(meant("What is 3M's largest segment?")).toEqual(["3M_2018_10K.pdf", "3M_2015_10K.pdf"]);
  });

  it("means nothing where no name with a period or a kind is in the question", () => {
    expect(meant("What is the travel policy?")).toEqual([]);
    expect(meant("How many employees were there in 2018?")).toEqual([]);
  });

  it("knows a document by its metadata, and by its name as it is now", () => {
    const own = new DocumentNames();
    const before = { documentName: "a.pdf", title: "", metadata: { company: "Acme", fiscal_year: 2019 } };
    own.add(0, before);
    own.add(1, { documentName: "b.pdf", title: "", metadata: {} });
    const all = Uint8Array.of(1, 1);
    const found = (document: typeof before) =>
      own.find("What did Acme earn in 2019?", all, () => document).has(0);
    expect(found(before)).toBe(true);
    expect(found({ ...before, metadata: { company: "Other", fiscal_year: 2019 } })).toBe(false);
  });

  it("knows thousands of documents, and looks no further than it may", () => {
    const many = new DocumentNames();
    const describe = (row: number) => ({
      documentName: `company${row.toString(36)}x_2020_10K`,
      title: "",
      metadata: {},
    });
    for (let row = 0; row < 3000; row++) many.add(row, describe(row));
    const all = new Uint8Array(3000).fill(1);
    const question = `What did company${(2024).toString(36)}x pay in 2020?`;
    expect([...many.find(question, all, describe).keys()]).toEqual([2024]);
    all[2024] = 0;
    expect(many.find(question, all, describe).size).toBe(0);
  });
});

describe("financePhrases", () => {
  it("names the items of a statement by what they are asked for as", () => {
    expect(financePhrases("What was its capex, per the cash flow statement?")).toEqual(
      expect.arrayContaining([
        "purchases of property plant and equipment",
        "consolidated statements of cash flows",
      ]),
    );
    expect(financePhrases("Who wrote the balance of nature?")).toEqual([]);
  });
});
