import { describe, expect, it } from "vitest";
import { extractAnswer } from "../../../workers/rag/answer/extractive-model.ts";
import type { FoundPassage } from "../../../workers/rag/search-port.ts";
import { foundPassage, requestOver } from "./found-passage.ts";

const BRIDGE = foundPassage(
  "The harbour bridge spans 503 metres. It was opened to traffic in March 1932 after eight years of work. Tolls are collected southbound only.",
  { title: "Harbour bridge", start: 1000 },
);

function ask(question: string, passages: FoundPassage[], signal?: number) {
  const pieces = extractAnswer(requestOver(question, passages, signal));
  const text = pieces.map((piece) => (piece.kind === "text" ? piece.text : "")).join("");
  const quotes = pieces.flatMap((piece) => (piece.kind === "citation" ? [piece.citation] : []));
  return { text, quotes, declined: pieces.some(({ kind }) => kind === "declined") };
}

describe("sentences", () => {
  it("answers with the sentence that holds what is asked for, at its place in the stored text", () => {
    const { text, quotes } = ask("When was the harbour bridge opened?", [BRIDGE]);
    const quote = "It was opened to traffic in March 1932 after eight years of work.";
    expect(text).toContain(quote);
    expect(quotes).toContainEqual({ passage: 0, start: 1037, end: 1037 + quote.length, quote });
  });

  it("keeps the quotation as it stands and shows it without line breaks", () => {
    const passage = foundPassage("The ferry carries\n310 cars\nand 840 passengers.");
    const { text, quotes } = ask("How many cars does the ferry carry?", [passage]);
    expect(text).toBe("The ferry carries 310 cars and 840 passengers.");
    expect(quotes.map(({ quote }) => quote)).toEqual([passage.text]);
  });

  it("says a span once that two overlapping chunks hold", () => {
    const text = "The museum opens at nine. Admission costs twelve euros for adults.";
    const first = foundPassage(text);
    const second = foundPassage(`${text.slice(26)} Children enter free.`, {
      start: 26,
      ordinal: 1,
      score: 0.9,
    });
    const { quotes } = ask("How much does admission cost for adults?", [first, second]);
    expect(quotes.filter(({ start }) => start === 26)).toHaveLength(1);
  });

  it("cites a part of a text that has no sentences, cut between words", () => {
    const words = Array.from({ length: 600 }, (_, at) =>
      at === 400 ? "lighthouse keeper salary 1200 crowns" : `word${at}`,
    );
    const { quotes } = ask("What was the lighthouse keeper salary?", [foundPassage(words.join(" "))]);
    expect(quotes[0]?.quote).toContain("lighthouse keeper salary 1200 crowns");
    expect(quotes[0]?.quote.length).toBeLessThanOrEqual(700);
  });

  it("never answers with a heading, nor with a question", () => {
    const passage = foundPassage(
      "Refund of unused tickets\n\nHow do I get a refund of unused tickets?\n\nSend the unused tickets to the office within ten days; the refund follows.",
      { headings: ["Refund of unused tickets"] },
    );
    const { text } = ask("How do I get a refund of unused tickets?", [passage]);
    expect(text.startsWith("Send the unused tickets")).toBe(true);
    expect(text).not.toContain("?");
  });

  it("shows no note marks or links of the document as its own", () => {
    const passage = foundPassage("The dam holds 4 km³ of water [3], see ![map](http://example.org/p.png).");
    expect(ask("How much water does the dam hold?", [passage]).text).toBe(
      "The dam holds 4 km³ of water, see map.",
    );
  });

  it("answers in German and in Chinese", () => {
    const german = foundPassage(
      "Die Fähre fährt täglich. Ein Fahrrad kostet 6 Euro je Strecke. Hunde fahren frei.",
    );
    expect(ask("Was kostet ein Fahrrad auf der Fähre?", [german]).text).toContain(
      "Ein Fahrrad kostet 6 Euro",
    );
    const chinese = foundPassage("码头每天早上七点开放。成人票价为四十二元。儿童免费乘船。");
    expect(ask("成人票价是多少？", [chinese]).text).toContain("成人票价为四十二元。");
  });
});

describe("table rows", () => {
  const TABLE =
    "| Key figures | 2022 | 2023 |\n|---|---|---|\n| Passenger revenue | 38.0 million | 41.2 million |\n| Freight revenue | 12.5 million | 13.1 million |";

  it("takes the row by its label and the value by its column", () => {
    const { text, quotes } = ask("What was passenger revenue in 2023?", [foundPassage(TABLE)]);
    expect(text).toMatch(/^Passenger revenue, 2023: 41\.2 million/);
    expect(quotes[0]?.quote).toBe("| Passenger revenue | 38.0 million | 41.2 million |");
  });

  it("knows the columns of later rows from the header kept beside them", () => {
    const [head = "", line = "", ...rows] = TABLE.split("\n");
    const passage = foundPassage(rows.join("\n"), { context: `Results\n${head}\n${line}` });
    expect(ask("What was freight revenue in 2022?", [passage]).text).toMatch(
      /^Freight revenue, 2022: 12\.5 million/,
    );
  });

  it("tells all values when the question names no column", () => {
    const passage = foundPassage(
      "| Ship | Built | Cars |\n|---|---|---|\n| Guillemot | 2012 | 140 |\n| Dunlin | 1998 | 60 |",
    );
    expect(ask("Which ship is Guillemot?", [passage]).text).toMatch(/^Guillemot — Built: 2012; Cars: 140/);
  });

  it("tells the columns of all the years asked for, and says which of two like rows is meant", () => {
    const text =
      "| Route | Season | 2024 | 2025 | 2026 |\n|---|---|---|---|---|\n| Osk – Tolsay | winter | 5 | 6 | 7 |\n| Osk – Tolsay | summer | 8 | 9 | 10 |";
    const told = ask("What did Osk – Tolsay cost in summer, 2024 and 2026?", [foundPassage(text)]).text;
    expect(told).toMatch(/^Osk – Tolsay, summer — 2024: 8; 2026: 10/);
  });

  it("takes a caption for what it is", () => {
    const { quotes } = ask("What was passenger revenue in 2023?", [
      foundPassage(`Passenger revenue, million euros, 2022 and 2023\n\n${TABLE}`),
    ]);
    expect(quotes.map(({ quote }) => quote)).toEqual(["| Passenger revenue | 38.0 million | 41.2 million |"]);
  });

  it("declines a year that stands in another row only", () => {
    const text =
      "| Name | Since | Meetings |\n|---|---|---|\n| Umoru | 2018 | 9 |\n| Operating board | 2020 | 4 |";
    expect(
      ask("How many meetings did the operating board hold in 2018?", [foundPassage(text)]).declined,
    ).toBe(true);
  });

  it("answers from a line with a named value", () => {
    const passage = foundPassage('name: "Curlew"\nberth: 4\ncapacity: 310 passengers');
    expect(ask("What is the capacity?", [passage]).text).toContain("capacity: 310 passengers");
  });
});

describe("a small collection", () => {
  it("answers although every word of the question is common in it", () => {
    const request = requestOver("When was the bridge opened?", [BRIDGE]);
    const common = { ...request, terms: request.terms.map(({ term }) => ({ term, idf: 1e-6 })) };
    expect(extractAnswer(common).some(({ kind }) => kind === "citation")).toBe(true);
  });
});

describe("declining", () => {
  it("declines a question of a year that nothing found speaks of", () => {
    expect(ask("When was the harbour bridge opened in 2031?", [BRIDGE]).declined).toBe(true);
  });

  it("declines a question about somebody else", () => {
    expect(ask("Where was Napoleon Bonaparte crowned?", [BRIDGE], 0.05).declined).toBe(true);
  });

  it("declines when there is nothing but the question's own words", () => {
    expect(
      ask("Harbour bridge?", [foundPassage("Harbour bridge", { headings: ["Harbour bridge"] })]).declined,
    ).toBe(true);
  });
});
