import { describe, expect, it } from "vitest";
import { extractAnswer } from "../../../workers/rag/answer/extractive-model.ts";
import type { FoundPassage } from "../../../workers/rag/search-port.ts";
import { foundPassage, requestOver } from "./found-passage.ts";

const STATEMENT = foundPassage(
  [
    "| (Millions) | 2018 | 2017 | 2016 |",
    "| --- | --- | --- | --- |",
    "| Net sales | $32,765 | $31,657 | $30,109 |",
    "| Cost of sales | 16,682 | 16,055 | 15,118 |",
    "| Other operating income | 12 | 11 | 10 |",
    "| Operating income | 7,207 | 7,692 | 7,027 |",
    "| Purchases of property, plant and equipment (PP&E) | (1,577) | (1,373) | (1,420) |",
    "| Total current assets | 13,709 | 14,277 | 11,726 |",
    "| Total assets | 36,500 | 37,987 | 32,906 |",
  ].join("\n"),
  { documentId: "acme", documentName: "ACME_2018_10K.pdf", title: "Acme Company" },
);

const SEGMENTS = foundPassage(
  [
    "| (Millions) | 2016 | 2017 |",
    "| --- | --- | --- |",
    "| North America |  |  |",
    "| Operating income | 2,361 | 2,837 |",
    "| Cloud |  |  |",
    "| Operating income | 3,108 | 4,331 |",
    "| Consolidated |  |  |",
    "| Operating income | 4,186 | 4,106 |",
  ].join("\n"),
  { documentId: "segments", title: "Segments" },
);

const RATES = foundPassage(
  [
    "| €000 | Ferries | Freight |",
    "| --- | --- | --- |",
    "| 2025 |  |  |",
    "| Operating margin (%) | 11.9 | 21.4 |",
    "| 2024 |  |  |",
    "| Operating margin (%) | 6.3 | 20.2 |",
  ].join("\n"),
  { documentId: "rates", title: "Annual report 2025" },
);

function firstQuote(question: string, ...passages: FoundPassage[]): string | undefined {
  const pieces = extractAnswer(requestOver(question, passages));
  return pieces.flatMap((piece) => (piece.kind === "citation" ? [piece.citation.quote] : []))[0];
}

describe("rows of statements", () => {
  it.each([
    ["What were Acme's total assets in 2018?", "| Total assets |"],
    ["What was Acme's operating income in 2017?", "| Operating income |"],
    ["What is Acme's FY2017 revenue in USD millions?", "| Net sales |"],
    ["What was the cost of goods sold in FY2018?", "| Cost of sales |"],
    ["What is the FY2018 capital expenditure amount (in USD millions) for Acme?", "| Purchases of property"],
    [
      "Assume that you are an analyst. What is the FY2016 capex of Acme? Answer in USD billions.",
      "| Purchases of property",
    ],
  ])("%s", (question, row) => {
    expect(firstQuote(question, STATEMENT)?.slice(0, row.length)).toBe(row);
  });

  it("shows the cell of the fiscal year asked for", () => {
    const pieces = extractAnswer(
      requestOver("What was the operating income of Acme in FY2017?", [STATEMENT]),
    );
    expect(pieces[0]).toEqual({ kind: "text", text: "Operating income, 2017: 7,692 (Millions)" });
  });

  it("declines a fiscal year that no column has", () => {
    expect(firstQuote("What was the operating income of Acme in FY2011?", STATEMENT)).toBeUndefined();
  });
});

describe("groups of rows", () => {
  it.each([
    ["What was the operating income of Cloud in 2016?", "3,108"],
    ["What was the operating income of North America in 2016?", "2,361"],
    ["What was the operating income in 2016?", "4,186"],
  ])("%s", (question, value) => {
    expect(firstQuote(question, SEGMENTS)).toContain(value);
  });

  it("says which group a row belongs to", () => {
    const [told] = extractAnswer(requestOver("What was the operating income of Cloud in 2016?", [SEGMENTS]));
    expect(told).toEqual({ kind: "text", text: "Cloud, Operating income, 2016: 3,108 (Millions)" });
  });

  it("takes a year that stands above rows as theirs", () => {
    expect(firstQuote("What was the operating margin of the ferries in 2024?", RATES)).toContain("6.3");
    expect(firstQuote("What was the operating margin of the ferries in 2025?", RATES)).toContain("11.9");
  });
});

describe("run-in heads", () => {
  it("cites an entry of a glossary with its head", () => {
    const passage = foundPassage(
      "Glossary\n\nLinkspan. The movable bridge over which vehicles drive between quay and ship.\n\nPitch. The slope of a ramp.",
      { headings: ["Glossary"] },
    );
    expect(firstQuote("What is a linkspan?", passage)).toBe(
      "Linkspan. The movable bridge over which vehicles drive between quay and ship.",
    );
  });
});

describe("what is asked for", () => {
  const fares = foundPassage(
    "Bicycles need a booking on the night ferry to Osk. Dogs travel on the night ferry to Osk for €18.",
  );

  it("prefers the sentence with the price", () => {
    expect(firstQuote("What does a dog cost on the night ferry to Osk?", fares)).toContain("€18");
  });

  it("declines when a figure is asked for and none is near", () => {
    const passage = foundPassage("Horses need a trailer and a booking at the harbour office.");
    expect(firstQuote("How much does a trailer for horses cost?", passage)).toBeUndefined();
  });

  it("knows prices in Chinese numerals", () => {
    const passage = foundPassage("海岛通票七天内有效，成人票价为七十二欧元。");
    expect(firstQuote("海岛通票多少钱？", passage)).toContain("七十二欧元");
  });

  it("answers when one of several years is there", () => {
    expect(firstQuote("What was the operating income of Acme in 2015 and in 2017?", STATEMENT)).toContain(
      "7,692",
    );
  });
});
