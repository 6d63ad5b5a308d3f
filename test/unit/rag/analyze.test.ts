import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze, analyzeQuestion } from "../../../workers/rag/analyze/analyze.ts";
import { detectLanguage } from "../../../workers/rag/analyze/language.ts";
import { isStopword } from "../../../workers/rag/analyze/stopwords.ts";

const terms = (text: string) => analyze(text).map((token) => token.term);

describe("analyze", () => {
  it("stems English words and folds case and diacritics", () => {
    expect(terms("The relational Cafés were hopping")).toEqual(["the", "relat", "cafe", "were", "hop"]);
  });

  it("gives the place of each word in the text", () => {
    const text = "What is it? «Plants» convert light.";
    const token = analyze(text).find((found) => found.term === "plant");
    expect(text.slice(token?.start, token?.end)).toBe("Plants");
  });

  it("lets German inflections and compounds share terms", () => {
    const compound = new Set(terms("Die Straßenbahnen sind in der Stadt"));
    const shared = terms("Wo ist die Bahn auf der Strasse?").filter((term) => compound.has(term));
    expect(shared).toEqual(expect.arrayContaining(["~_str", "~asse"]));
  });

  it("cuts Chinese into characters and pairs of them, and keeps numbers and Latin words whole", () => {
    expect(terms("2018年的GDP")).toEqual(["2018", "年", "年的", "的", "gdp"]);
  });

  it("meets Arabic words with and without the article", () => {
    const definite = new Set(terms("الكتاب"));
    expect(terms("كتاب").some((term) => definite.has(term))).toBe(true);
  });

  it("finds a German name asked for in English", () => {
    const german = new Set(terms("Angela Merkel war die Kanzlerin der Republik"));
    expect(analyzeQuestion("Who is Angela Merkel?").every((term) => german.has(term))).toBe(true);
  });

  it("puts every token inside the text, in order, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (text) => {
        let previous = 0;
        for (const { term, start, end } of analyze(text)) {
          expect(term).not.toBe("");
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(start).toBeGreaterThanOrEqual(previous - 2);
          previous = start;
        }
      }),
    );
  });
});

describe("analyzeQuestion", () => {
  it("drops stop words and repetitions", () => {
    expect(analyzeQuestion("What is the capital of the capital?")).toEqual(["capit"]);
  });

  it("keeps stop words when there is nothing else", () => {
    expect(analyzeQuestion("To be or not to be")).toEqual(["to", "be", "or", "not"]);
  });

  it("covers stems and pieces when the language is not clear", () => {
    expect(analyzeQuestion("Kündigungsfristen")).toEqual(
      expect.arrayContaining(["kundigungsfristen", "~fris"]),
    );
  });
});

describe("detectLanguage", () => {
  it.each([
    ["en", "Who was the first person to walk on the moon?"],
    ["de", "Wie viele Einwohner hat die Stadt?"],
    ["fr", "Quelle est la capitale de la France ?"],
    ["es", "¿Cuál es la capital de España?"],
    ["tr", "Dünyanın en yüksek dağı hangisi ve nerede?"],
    ["ru", "Кто написал этот роман и когда?"],
    ["ar", "ما هي عاصمة فرنسا؟"],
    ["und", "谁写了这部小说?"],
    ["und", "Photosynthesis"],
  ])("%s: %s", (language, text) => {
    expect(detectLanguage(text)).toBe(language);
  });
});

describe("isStopword", () => {
  it("knows a word by itself and by its stem", () => {
    expect([
      isStopword("this", "en"),
      isStopword("thi", "en"),
      isStopword("die", "en"),
      isStopword("die"),
    ]).toEqual([true, true, false, true]);
  });
});
