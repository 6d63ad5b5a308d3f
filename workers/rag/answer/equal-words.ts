import { visitTerms } from "../analyze/analyze.ts";
import { isStopword } from "../analyze/stopwords.ts";

/**
 * What documents say for what is asked: each line is one meaning, its words and phrases stand for one another,
 * and those behind `>` are looked for but not asked with, since they mean too much else. Only what is so in nearly
 * every document belongs here; the words of a trade do not, but for those of financial statements.
 */
const MEANINGS = [
  "revenue; revenues; turnover; net sales > sales",
  "employees; staff; workforce; headcount; personnel > people; employed",
  "passengers; travellers; riders > people",
  "cost; costs; expense; expenses; expenditure; spend; spent > charges; paid; purchases",
  "cost; price; fare; fee > pays; costs; rate",
  "penalty; penalties; fine > forfeit",
  "salary; wages; wage; remuneration > pay",
  "holidays; vacation; days off > leave",
  "trip; journey; voyage > travel",
  "car; vehicle; automobile",
  "child; children; kid; kids",
  "chief executive; ceo; boss",
  "chief financial officer; finance director; cfo",
  "chief operating officer; coo",
  "biggest; largest; greatest",
  "minimum; lowest > least",
  "maximum; highest > most; limit; up to",
  "buy; bought; purchase; acquire; acquired > sold",
  "begin; start; starts; commence",
  "end; finish; ends",
  "broken; breakdown; defect; fault > failure; repair",
  "allowed; permitted > may",
  "money back; refund; reimbursement > repaid; returned",
  "bicycle; bike",
  "lorry; lorries; truck",
  "capital expenditure; capital expenditures; capex; cap-ex; capital spending; fixed assets > purchases property equipment",
  "net income; net profit; net earnings; bottom line; net loss > profit for the year; loss for the year; net income loss",
  "operating income; operating profit; operating loss > income from operations",
  "cost of sales; cost of goods sold; cost of revenue; cogs",
  "sg&a; sga > selling general administrative",
  "r&d; research and development",
  "pp&e; ppe; pp&ne; ppne; fixed assets > property equipment",
  "eps; earnings per share > income per share",
  "d&a; depreciation and amortization; depreciation and amortisation",
  "accounts receivable; trade receivables; net ar",
  "accounts payable; trade payables",
  "shareholders' equity; stockholders' equity; shareholders’ equity; stockholders’ equity > total equity",
  "share buybacks; share repurchases; stock repurchases; stock buybacks > purchases treasury stock; repurchases common stock",
  "operating cash flow; cash from operations; cash flow from operations > cash operating activities",
];

interface Meaning {
  asked: RegExp;
  /** The stems of each of its wordings. */
  wordings: string[][];
}

/** A place in a question and the wordings, as stems, that documents may have in its stead. */
export interface EqualWording {
  start: number;
  end: number;
  wordings: string[][];
}

const meanings: Meaning[] = MEANINGS.map((line) => {
  const [both = "", sought = ""] = line.split(" > ");
  const asked = both.split("; ");
  return {
    asked: new RegExp(
      `(?<![\\p{L}\\p{N}])(?:${asked.toSorted((a, b) => b.length - a.length).join("|")})(?![\\p{L}\\p{N}])`,
      "giu",
    ),
    wordings: [...asked, ...sought.split("; ")].map(stemsOf).filter((stems) => stems.length > 0),
  };
});

/** The places of a question for which documents may have other words. English only. */
export function equalWordings(question: string): EqualWording[] {
  return meanings.flatMap(({ asked, wordings }) =>
    [...question.matchAll(asked)].map(({ index, 0: found }) => ({
      start: index,
      end: index + found.length,
      wordings,
    })),
  );
}

function stemsOf(wording: string): string[] {
  const stems: string[] = [];
  visitTerms(wording, "en", (term, start, end, isWord) => {
    const word = wording.slice(start, end);
    if (isWord && word.length > 1 && !isStopword(word, "en")) stems.push(term);
  });
  return stems;
}
