/** What an answer has to hold besides the question's own words. */
export type AnswerKind = "person" | "place" | "time" | "number" | "percentage" | "money";

/** Things that are told as a number, asked for without `how much`: `What was net debt in 2022?`, `total assets 2017`. */
const MEASURED =
  /^(?:what(?:'s|’s| is| was| were| are| did| does| would) |(?!(?:what|which|why|how|who|where|when|do|does|did|is|are|was|were|can|has|have|if|compare|explain|describe)\b)).*\b(?:revenues?|sales|turnover|income|profits?|loss(?:es)?|earnings|ebit(?:da)?|margin|assets|liabilities|debt|equity|goodwill|inventor(?:y|ies)|receivables?|payables?|expen(?:se|diture)s?|capex|costs?|spending|dividends?|cash flows?|taxes|provision|amorti[sz]ation|depreciation|ratio|percentage|share|count|budget|price|fare|fee|salary|wages?|bonus|remuneration|pay|penalty|interest|rate|score|limit|threshold|capacity)\b/u;

/**
 * The words by which a question asks for a kind, the more specific kind first. Each pattern is matched
 * between letters that are not its own, so that `wo` is not found in `worin`.
 */
const INTERROGATIVES: [AnswerKind, RegExp][] = [
  [
    "percentage",
    words(
      "percent|percentage|per cent|(?:what|which) (?:share|proportion|fraction)|prozent|prozentsatz|anteil|pourcentage|porcentaje|percentuale|процент\\p{L}*",
    ),
  ],
  ["percentage", /百分之几|百分之多少|百分比|比例|パーセント/u],
  [
    "money",
    words(
      "how much (?:money|did .* (?:cost|pay|spend|earn)|(?:is|was|were|are) .* (?:paid|worth|spent))|(?:what|which) .*(?:price|cost|revenue|salary|budget|fee)|was kostete?n?|wie teuer|combien coûte|cuánto cuesta",
    ),
  ],
  ["money", /多少钱|价格|多少(?:美元|欧元|英镑|元)/u],
  [
    "time",
    words(
      "when|(?:what|which|whose) (?:\\p{L}+ )?(?:year|date|day|month|decade|century|era|period|time)s?|wann|seit wann|(?:in )?welche[mnrs]? (?:jahr|tag|monat|jahrhundert|jahrzehnt|datum|zeit|zeitraum)\\p{L}*|quand|(?:en )?quelle (?:année|date)|cuándo|(?:en )?qué (?:año|fecha|siglo)|quando|когда|(?:в )?каком (?:году|веке)",
    ),
  ],
  ["time", /什么时候|什麼時候|何时|何時|哪一?年|哪年|几月|哪一?天|什么时间|哪个?世纪|いつ|何年|언제/u],
  [
    "number",
    words(
      "how (?:many|much|long|old|far|tall|large|big|fast|often|high|deep|wide|heavy)|what (?:\\p{L}+ )?(?:number|amount|total|population|rate|size|length|height|age|rank|score|temperature|weight|distance)|wie ?viele?|wie (?:lange|alt|weit|hoch|groß|oft|schnell|tief|schwer|breit)|combien|cuánt[oa]s?|quant[oiae]|сколько",
    ),
  ],
  ["number", MEASURED],
  [
    "number",
    /多少|几(?:个|次|名|位|种|岁|人|年|天|支|所|座|条|家|部)|幾|多(?:大|长|远|久|高|快|深|重)|いくつ|何人|몇/u,
  ],
  ["person", words("who|whom|whose|wer|wen|wem|wessen|qui|quién|quiénes|chi|кто|кого|кем|quem")],
  ["person", /谁|誰|哪位|什么人|누구/u],
  [
    "place",
    words(
      "where|(?:what|which) (?:\\p{L}+ )?(?:city|cities|country|countries|state|place|location|region|continent|town|area|river|island)s?|wo|woher|wohin|(?:in )?welche[mnrs]? (?:stadt|land|ort|region|staat|kontinent)\\p{L}*|où|dónde|dove|onde|где|куда",
    ),
  ],
  ["place", /哪里|哪裡|哪儿|在哪|何处|什么地方|哪个(?:城市|国家|地方|地区|州)|哪座城市|どこ|어디/u],
];

/**
 * The kind of answer a question asks for, or null when its words do not say.
 *
 * @example answerKindOf("When was the bridge opened?") // "time"
 */
export function answerKindOf(question: string): AnswerKind | null {
  const asked = question.toLowerCase();
  return INTERROGATIVES.find(([, pattern]) => pattern.test(asked))?.[0] ?? null;
}

function words(alternatives: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives})(?![\\p{L}\\p{N}])`, "u");
}
