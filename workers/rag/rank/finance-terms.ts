/**
 * What financial questions ask for, and what statements call it: an abbreviation, a ratio by the items it is made
 * of, a statement by its title. Plain words (`sales`, `debt`) are not listed: they find themselves.
 */
const TERMS: readonly (readonly [asked: RegExp, phrases: readonly string[]])[] = [
  [
    /\bcap-?ex\b|\bcapital (?:expenditures?|spending)\b|\bcapital[- ]intensive\b/i,
    [
      "purchases of property plant and equipment",
      "purchases of property and equipment",
      "capital expenditures",
    ],
  ],
  [
    /\bpp ?& ?e\b|\bppn?e\b|\bfixed assets?\b/i,
    ["property plant and equipment net", "property and equipment net", "purchases of property"],
  ],
  [
    /\bcogs\b|\bcosts? of (?:goods sold|sales|revenues?)\b/i,
    ["cost of sales", "cost of goods sold", "cost of revenue"],
  ],
  [/\bsg ?& ?a\b/i, ["selling general and administrative"]],
  [/\br ?& ?d\b/i, ["research and development"]],
  [/\bd ?& ?a\b/i, ["depreciation and amortization"]],
  [/\beps\b/i, ["earnings per share", "income per share diluted"]],
  [
    /\bebitda\b/i,
    ["operating income", "depreciation and amortization", "net cash provided by operating activities"],
  ],
  [/\bebit\b/i, ["operating income", "income before income taxes", "interest expense"]],
  [/\bdpo\b|\bdays payable\b/i, ["accounts payable", "cost of sales", "inventories"]],
  [/\bdso\b|\bdays sales outstanding\b/i, ["accounts receivable net", "net sales"]],
  [
    /\bdio\b|\bdays inventory\b|\binventory turnover\b/i,
    ["total inventories", "inventories", "cost of sales"],
  ],
  [
    /\b(?:quick|current|cash|working capital) ratio\b|\bliquidity profile\b|\bworking capital\b/i,
    ["total current assets", "total current liabilities"],
  ],
  [/\bgross (?:margin|profit)\b/i, ["gross profit", "cost of sales", "net sales"]],
  [/\boperating margin\b/i, ["operating income", "net sales"]],
  [/\bnet (?:profit )?margin\b/i, ["net income", "net sales"]],
  [
    /\bfixed asset turnover\b|\basset turnover\b/i,
    ["total assets", "net sales", "property plant and equipment net"],
  ],
  [/\breturn on assets\b|\broa\b/i, ["total assets", "net income"]],
  [/\breturn on equity\b|\broe\b/i, ["total equity", "shareholders equity", "net income"]],
  [
    /\bfree cash flow\b|\bfcf\b/i,
    ["net cash provided by operating activities", "purchases of property plant and equipment"],
  ],
  [
    /\bcash (?:flow )?from operations\b|\boperating cash flow\b/i,
    ["net cash provided by operating activities"],
  ],
  [/\bpayout ratio\b/i, ["dividends paid", "net income"]],
  [/\binterest coverage\b/i, ["operating income", "interest expense"]],
  [
    /\b(?:share|stock) (?:buybacks?|repurchases?)\b/i,
    ["purchases of treasury stock", "repurchases of common stock"],
  ],
  [
    /\bbalance sheet\b|\b(?:statement of )?financial position\b/i,
    ["consolidated balance sheets", "total assets", "total current liabilities"],
  ],
  [
    /\bcash flows? statement\b|\bstatements? of cash flows?\b/i,
    ["consolidated statements of cash flows", "net cash provided by operating activities"],
  ],
  [
    /\b(?:income|earnings) statement\b|\bstatements? of (?:income|operations|earnings)\b|\bp ?& ?l\b|\bprofit and loss\b/i,
    [
      "consolidated statements of income",
      "consolidated statements of operations",
      "income before income taxes",
    ],
  ],
];

/** The phrases by which statements name what a question asks for in other words; none for most questions. */
export function financePhrases(question: string): string[] {
  const phrases = TERMS.flatMap(([asked, named]) => (asked.test(question) ? named : []));
  return [...new Set(phrases)];
}
